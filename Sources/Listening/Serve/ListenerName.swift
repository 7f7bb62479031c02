// What listeners may be called: anything that is seen, and what joins or varies it (emoji, Persian, Indic scripts, rare
// ideographs); no control characters of ASCII, and nothing that turns the direction of the text or is not seen at all.

enum ListenerName {
  /// Characters, as a reader counts them.
  static let limit = 40

  /// An empty one is replaced by a number.
  static func isOne(_ name: String) -> Bool {
    name.count <= limit && name.unicodeScalars.allSatisfy(isAllowed)
      && (name.isEmpty || !name.unicodeScalars.allSatisfy(\.properties.isDefaultIgnorableCodePoint))
  }

  /// What is left of a name that is none; empty if that is nothing.
  static func cleaned(_ name: String) -> String {
    var kept = String.UnicodeScalarView()
    kept.append(contentsOf: name.unicodeScalars.filter(isAllowed))
    let cut = String(String(kept).prefix(limit))
    return isOne(cut) ? cut : ""
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200C, 0x200D, 0xE0020...0xE007F: true  // the joiners; tags, of which the flags of regions are made
    default:
      scalar.value >= 32 && scalar.value != 127
        && (scalar.properties.isVariationSelector || !scalar.properties.isDefaultIgnorableCodePoint)
    }
  }
}
