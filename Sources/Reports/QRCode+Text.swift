// How easily a QR code reads (the standard's penalties, which choose its mask), and how it is drawn with letters.

extension QRCode {
  /// ISO/IEC 18004, 7.8.3: runs, squares, patterns like a finder's, and how far dark is from half.
  var penalty: Int {
    let rows = (0..<size).map { row in (0..<size).map { isDark[row * size + $0] } }
    let columns = (0..<size).map { column in (0..<size).map { isDark[$0 * size + column] } }
    var sum = 0
    for line in rows + columns { sum += Self.runs(line) + Self.finders(line) }
    for row in 1..<size {
      for column in 1..<size {
        let dark = rows[row][column]
        if rows[row - 1][column] == dark, rows[row][column - 1] == dark, rows[row - 1][column - 1] == dark {
          sum += 3
        }
      }
    }
    // Ten for each 5 % between dark and half.
    let dark = isDark.count { $0 }
    return sum + abs(100 * dark - 50 * isDark.count) / (5 * isDark.count) * 10
  }

  private static func runs(_ line: [Bool]) -> Int {
    var (sum, length) = (0, 1)
    for (i, module) in line.enumerated().dropFirst() {
      if module == line[i - 1] {
        length += 1
        sum += length == 5 ? 3 : length > 5 ? 1 : 0
      } else {
        length = 1
      }
    }
    return sum
  }

  private static func finders(_ line: [Bool]) -> Int {
    let finder = [true, false, true, true, true, false, true]
    let light = [false, false, false, false]
    return (0...(line.count - 11)).count {
      let part = Array(line[$0..<$0 + 11])
      return part == finder + light || part == light + finder
    } * 40
  }

  /// For a terminal: two rows of modules in a line of letters, with the quiet zone around them.
  /// - Parameter coloured: black on white whatever the terminal's colours are, by its escape sequences; otherwise dark modules are
  ///   as light as letters are
  package func text(coloured: Bool) -> String {
    func dark(_ row: Int, _ column: Int) -> Bool {
      (0..<size).contains(row) && (0..<size).contains(column) && isDark[row * size + column]
    }
    return stride(from: -4, to: size + 4, by: 2).map { row in
      let letters = (-4..<size + 4).map { column in
        switch (dark(row, column), dark(row + 1, column)) {
        case (true, true): "█"
        case (true, false): "▀"
        case (false, true): "▄"
        case (false, false): " "
        }
      }.joined()
      return coloured ? "\u{1B}[30;107m\(letters)\u{1B}[0m\n" : letters + "\n"
    }.joined()
  }
}
