// --label: a name, or names with shares. Blanks around them count where a label has them, and nowhere else.
import ArgumentParser
import Files

enum LabelMixture {
  /// Shares of the labels [labels], of `text`: a label's whole name, or `name:share,...` with shares of 0 or more.
  static func shares(_ text: String, of labels: [String], model: String) throws -> [Float] {
    func place(_ name: String) throws -> Int {
      guard let place = labels.firstIndex(of: name) else {
        if labels.isEmpty { throw ValidationError("--label \(text): \(model) has no labels") }
        let list = labels.map(quoted).joined(separator: ", ")
        throw ValidationError("--label \(quoted(name)): \(model) has no such label; it has: \(list)")
      }
      return place
    }
    var shares = [Float](repeating: 0, count: labels.count)
    // A name may hold what else separates names.
    if let whole = labels.firstIndex(of: text) ?? labels.firstIndex(of: trimmed(text[...])) {
      shares[whole] = 1
      return shares
    }
    if !text.contains(where: { $0 == ":" || $0 == "," }) { _ = try place(trimmed(text[...])) }
    var given: Set<Int> = []
    var rest = text[...]
    while true {
      let (name, share, behind) = try part(of: rest, labels, text)
      let label = try place(name)
      if !given.insert(label).inserted {
        throw ValidationError("--label \(text): \(quoted(name)) is given twice: give each name one share")
      }
      shares[label] = share
      guard let behind else { break }
      rest = behind
    }
    let sum = shares.reduce(0, +)
    if !(sum > 0) { throw ValidationError("--label \(text): all shares are 0") }
    return shares.map { $0 / sum }
  }

  private static func quoted(_ name: String) -> String { "'\(FileName.shown(name))'" }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// The first `name:share` of `rest`, and what is behind its comma; nil at the end. Of names that fit, the longest.
  private static func part(
    of rest: Substring, _ labels: [String], _ text: String
  ) throws -> (name: String, share: Float, behind: Substring?) {
    func start(_ rest: Substring) -> (Substring, label: String?) {
      let known = labels.filter { label in
        rest.hasPrefix(label) && rest.dropFirst(label.count).first { !$0.isWhitespace } == ":"
      }
      return (rest, known.max { $0.utf8.count < $1.utf8.count })
    }
    var (rest, known) = start(rest)
    if known == nil { (rest, known) = start(rest.drop { $0.isWhitespace }) }
    let comma = rest.dropFirst(known?.count ?? 0).firstIndex(of: ",")
    let entry = rest[..<(comma ?? rest.endIndex)]
    guard let colon = entry.lastIndex(of: ":") else {
      throw ValidationError("--label \(text): give each name of a mixture its share, e.g. a:0.7,b:0.3")
    }
    let number = trimmed(entry[entry.index(after: colon)...])
    guard let share = Float(number), (0...1000).contains(share) else {
      throw ValidationError("--label \(quoted(String(entry))): '\(number)' is not a share from 0 to 1000")
    }
    let name = String(entry[..<colon])
    return (
      labels.contains(name) ? name : trimmed(name[...]), share, comma.map { rest[rest.index(after: $0)...] }
    )
  }
}
