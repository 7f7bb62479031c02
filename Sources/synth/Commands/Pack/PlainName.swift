// Words of a pack as its files' names have them: letters, digits, hyphens and underscores, which no file system and no line of an SFZ
// takes for anything else. Tests: PackNameTests.

/// A namespace.
enum PlainName {
  /// Bytes of UTF-8: a file's name has 255 at most, and holds two such words.
  private static let most = 100

  /// Latin letters lose their marks, which file systems write in two ways; other letters stay. `instead` where nothing is left.
  static func of(_ text: String, instead: String) -> String {
    var plain = ""
    var isLatin = false
    for scalar in text.unicodeScalars {
      // A mark of its own belongs to the letter in front.
      if isLatin && scalar.properties.generalCategory == .nonspacingMark { continue }
      let letter = base(scalar)
      isLatin = letter?.isASCII == true
      if let letter {
        if plain.utf8.count + UTF8.width(letter) > most { break }
        plain.unicodeScalars.append(letter)
      } else if !plain.hasSuffix("-") {
        plain += "-"
      }
    }
    while plain.hasPrefix("-") { plain.removeFirst() }
    while plain.hasSuffix("-") { plain.removeLast() }
    return plain.isEmpty ? instead : plain
  }

  /// A name for each of `texts`, no two of which are the same, in capitals or not: those that would be are numbered in their order.
  static func distinct(_ texts: [String], instead: String) -> [String] {
    var taken: Set<String> = []
    return texts.map { text in
      let plain = of(text, instead: instead)
      var (name, number) = (plain, 1)
      while !taken.insert(name.lowercased()).inserted {
        number += 1
        name = "\(plain)-\(number)"
      }
      return name
    }
  }

  /// What is kept of a character; nil if it is no letter, digit, underscore or mark of a letter.
  private static func base(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter, .decimalNumber,
      .nonspacingMark, .spacingMark:
      return scalar.isASCII ? scalar : latin(scalar) ?? scalar
    default: return scalar == "_" ? scalar : nil
    }
  }

  /// "LATIN CAPITAL LETTER O WITH DIAERESIS" is an O.
  private static func latin(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    guard let words = scalar.properties.name?.split(separator: " "), words.count > 4,
      words[0] == "LATIN", words[2] == "LETTER", words[4] == "WITH", words[3].unicodeScalars.count == 1
    else { return nil }
    return (words[1] == "SMALL" ? words[3].lowercased() : String(words[3])).unicodeScalars.first
  }
}
