// The word that was probably meant, for messages about unknown names.

/// The candidate with the smallest edit distance (insert, delete, replace, swap neighbours); the first among equals.
package func nearestWord(to word: String, in candidates: [String]) -> String {
  precondition(!candidates.isEmpty, "no candidates for \(word)")
  let letters = Array(word.utf8.prefix(100))
  return candidates.min { editDistance(letters, Array($0.utf8)) < editDistance(letters, Array($1.utf8)) }!
}

private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var rows = [Array(0...b.count)]
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
