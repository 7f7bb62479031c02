// A strict parser of JSON text: no comments, no NaN, no trailing commas, no duplicate keys, and limits on depth and on
// the number of values, so that a hostile text costs at most a fixed multiple of its own size.

extension JSON {
  /// Parses a whole text; white space around the value is allowed, anything else is not.
  /// - Parameters:
  ///   - depth: how many arrays and objects may be open at once.
  ///   - values: how many values the text may hold in all.
  package init(parsing bytes: [UInt8], depth: Int = 32, values: Int = 1 << 16) throws(JSONError) {
    var parser = JSONParser(bytes: bytes, depth: depth, values: values)
    self = try parser.wholeText()
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  let depthLimit: Int
  let valueLimit: Int
  var position = 0
  var depth = 0
  var values = 0

  init(bytes: [UInt8], depth: Int, values: Int) {
    self.bytes = bytes
    depthLimit = depth
    valueLimit = values
  }

  mutating func wholeText() throws(JSONError) -> JSON {
    let value = try value()
    skipSpace()
    if position != bytes.count { throw error(.trailingData) }
    return value
  }

  // MARK: Values

  private mutating func value() throws(JSONError) -> JSON {
    skipSpace()
    values += 1
    if values > valueLimit { throw error(.tooManyValues(limit: valueLimit)) }
    let first = try peek()
    switch first {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try literal("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try literal("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try literal("null")
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw error(.unexpectedByte(first))
    }
  }

  private mutating func object() throws(JSONError) -> JSON {
    try open()
    var members: [JSON.Member] = []
    var seen: Set<String> = []
    if try !closes(UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        let start = position
        let key = try string()
        if !seen.insert(key).inserted { throw error(.duplicateKey(key), at: start) }
        skipSpace()
        try expect(UInt8(ascii: ":"))
        members.append(.init(key, try value()))
      } while try another(before: UInt8(ascii: "}"))
    }
    depth -= 1
    return .object(members)
  }

  private mutating func array() throws(JSONError) -> JSON {
    try open()
    var elements: [JSON] = []
    if try !closes(UInt8(ascii: "]")) {
      repeat { elements.append(try value()) } while try another(before: UInt8(ascii: "]"))
    }
    depth -= 1
    return .array(elements)
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = position
    var exact = true
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let leading = position
    try digits(from: start)
    if bytes[leading] == UInt8(ascii: "0") && position > leading + 1 {
      throw error(.invalidNumber, at: start)
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      exact = false
      position += 1
      try digits(from: start)
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      exact = false
      position += 1
      if position < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) {
        position += 1
      }
      try digits(from: start)
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if exact, let integer = Int(text) { return .integer(integer) }
    guard let double = Double(text) else { throw error(.invalidNumber, at: start) }
    if !double.isFinite { throw error(.numberOutOfRange, at: start) }
    return .number(double)
  }

  private mutating func digits(from start: Int) throws(JSONError) {
    let first = position
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
      position += 1
    }
    if position == first { throw error(position == bytes.count ? .unexpectedEnd : .invalidNumber, at: start) }
  }

  // MARK: Strings

  private mutating func string() throws(JSONError) -> String {
    let start = position
    try expect(UInt8(ascii: "\""))
    var text: [UInt8] = []
    while true {
      let byte = try peek()
      if byte < 0x20 { throw error(.controlCharacter) }
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") { try escape(into: &text) } else { text.append(byte) }
    }
    guard let valid = String(validating: text, as: UTF8.self) else { throw error(.invalidUTF8, at: start) }
    return valid
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    let start = position - 1
    let letter = try peek()
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = UInt32(try hexadecimal(from: start))
      if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = UInt32(try hexadecimal(from: start))
        if !(0xDC00..<0xE000).contains(low) { throw error(.loneSurrogate, at: start) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = UnicodeScalar(code) else { throw error(.loneSurrogate, at: start) }
      text.append(contentsOf: UTF8.encode(scalar)!)
    default: throw error(.invalidEscape, at: start)
    }
  }

  private mutating func hexadecimal(from start: Int) throws(JSONError) -> UInt16 {
    var code: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = Character(UnicodeScalar(try peek())).hexDigitValue else {
        throw error(.invalidEscape, at: start)
      }
      code = code << 4 | UInt16(digit)
      position += 1
    }
    return code
  }

  // MARK: Bytes

  private func peek() throws(JSONError) -> UInt8 {
    if position >= bytes.count { throw error(.unexpectedEnd) }
    return bytes[position]
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    let found = try peek()
    if found != byte { throw error(.unexpectedByte(found)) }
    position += 1
  }

  private mutating func literal(_ word: StaticString) throws(JSONError) {
    for i in 0..<word.utf8CodeUnitCount { try expect(word.utf8Start[i]) }
  }

  private mutating func open() throws(JSONError) {
    depth += 1
    if depth > depthLimit { throw error(.tooDeep(limit: depthLimit)) }
    position += 1
  }

  /// True, and past it, if the bracket follows at once: the empty array or object.
  private mutating func closes(_ bracket: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    if try peek() != bracket { return false }
    position += 1
    return true
  }

  /// Past a comma: true; past the closing bracket: false; anything else is an error.
  private mutating func another(before bracket: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    if try peek() == UInt8(ascii: ",") {
      position += 1
      return true
    }
    try expect(bracket)
    return false
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private func error(_ cause: JSONError.Cause, at offset: Int? = nil) -> JSONError {
    let before = bytes[..<min(offset ?? position, bytes.count)]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return JSONError(
      cause: cause, line: 1 + before.count { $0 == 0x0A }, column: 1 + before.count - lineStart)
  }
}
