// Bytes in, requests out (RFC 9112): of one connection, in whatever pieces they come. Each byte is looked at once, and no more
// is kept than the limits allow. What a browser never sends is refused, not guessed: folded lines, two lengths, bodies
// in chunks, lines that end without a carriage return. Tests: Tests/ListeningTests/HTTP/RequestReaderTests.swift.

struct HTTPRequestReader: Sendable {
  private let limits: HTTPLimits
  /// What has come and was not taken yet.
  private var buffer: [UInt8] = []
  /// Up to here there are whole lines.
  private var lineStart = 0
  /// Up to here there is no further end of a line.
  private var scanned = 0
  private var requestLine: RequestLine?
  private var fields = Fields()

  private struct RequestLine {
    let method, path: String
    let isOld: Bool
  }

  private struct Fields {
    var count = 0
    var host: String?
    /// As announced.
    var length: Int?
    /// The empty line came.
    var isComplete = false
    var contentType: String?
    var closes = false
    var keeps = false
    var expectsWord = false
  }

  init(_ limits: HTTPLimits) { self.limits = limits }

  /// Whether a request has begun.
  var hasBegun: Bool { requestLine != nil || !buffer.isEmpty }

  /// Whether the sender waits for a word before it sends the body: true once for each such request.
  private(set) var owesContinue = false
  mutating func saidContinue() { owesContinue = false }

  mutating func append(_ bytes: some Sequence<UInt8>) { buffer += bytes }

  /// The next request.
  /// - Returns: nil while it is incomplete
  mutating func next() throws(HTTPRefusal) -> HTTPRequest? {
    if !fields.isComplete, try !readHead() { return nil }
    let end = lineStart + (fields.length ?? 0)
    if buffer.count < end {
      owesContinue = owesContinue || fields.expectsWord
      fields.expectsWord = false
      return nil
    }
    let line = requestLine!
    let request = HTTPRequest(
      method: line.method, path: line.path, host: fields.host ?? "", contentType: fields.contentType,
      body: Array(buffer[lineStart..<end]), keepsConnection: line.isOld ? fields.keeps : !fields.closes)
    buffer.removeFirst(end)
    (lineStart, scanned, requestLine, fields, owesContinue) = (0, 0, nil, Fields(), false)
    return request
  }

  /// Goes through the lines that are there.
  /// - Returns: whether the empty line came
  private mutating func readHead() throws(HTTPRefusal) -> Bool {
    while let end = buffer[scanned...].firstIndex(of: 10) {
      scanned = end + 1
      if end - lineStart > limits.line { throw lineTooLong }
      guard end > lineStart, buffer[end - 1] == 13 else {
        throw HTTPRefusal(status: 400, words: "A line ends without a carriage return.")
      }
      let line = buffer[lineStart..<end - 1]
      lineStart = scanned
      if lineStart > limits.head { throw headTooLong }
      if line.isEmpty {
        // One empty line may stand in front (RFC 9112, 2.2); it counts as a line of the head.
        if requestLine != nil {
          try endHead()
          return true
        }
        fields.count += 1
        if fields.count > 1 { throw Self.noRequest }
      } else if requestLine == nil {
        requestLine = try Self.requestLine(line)
      } else {
        fields.count += 1
        if fields.count > limits.lines {
          throw HTTPRefusal(status: 431, words: "At most \(limits.lines) header lines.")
        }
        try read(field: line)
      }
    }
    scanned = buffer.count
    if scanned - lineStart > limits.line { throw lineTooLong }
    if scanned > limits.head { throw headTooLong }
    return false
  }

  private static let noRequest = HTTPRefusal(status: 400, words: "This is not a request.")

  private var headTooLong: HTTPRefusal {
    HTTPRefusal(status: 431, words: "At most \(limits.head) bytes in front of the body.")
  }

  private var lineTooLong: HTTPRefusal {
    requestLine == nil
      ? HTTPRefusal(status: 414, words: "At most \(limits.line) bytes in the first line.")
      : HTTPRefusal(status: 431, words: "At most \(limits.line) bytes in a header line.")
  }

  private static func requestLine(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) -> RequestLine {
    let parts = line.split(separator: 32, omittingEmptySubsequences: false)
    guard parts.count == 3, (1...16).contains(parts[0].count), parts[0].allSatisfy(isToken),
      parts[1].first == UInt8(ascii: "/"), parts[1].allSatisfy({ (33...126).contains($0) }),
      parts[2].starts(with: "HTTP/".utf8)
    else { throw noRequest }
    let version = text(parts[2])
    guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
      throw HTTPRefusal(status: 505, words: "HTTP/1.1, please.")
    }
    return RequestLine(
      method: text(parts[0]), path: text(parts[1].prefix { $0 != UInt8(ascii: "?") }),
      isOld: version == "HTTP/1.0")
  }

  private mutating func read(field line: ArraySlice<UInt8>) throws(HTTPRefusal) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
      line[..<colon].allSatisfy(Self.isToken),
      line[colon...].allSatisfy({ $0 == 9 || ($0 >= 32 && $0 != 127) })
    else { throw HTTPRefusal(status: 400, words: "This is not a header line.") }
    let isSpace = { (byte: UInt8) in byte == 32 || byte == 9 }
    let value = Self.text(
      line[(colon + 1)...].drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    switch Self.text(line[..<colon]).lowercased() {
    case "host":
      if fields.host != nil { throw HTTPRefusal(status: 400, words: "Two hosts.") }
      fields.host = Self.name(ofHost: value)
    case "content-length":
      guard fields.length == nil, !value.isEmpty, value.utf8.count <= 15,
        value.utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(value)
      else { throw HTTPRefusal(status: 400, words: "Content-Length: one number.") }
      if length > limits.body { throw HTTPRefusal(status: 413, words: "At most \(limits.body) bytes.") }
      fields.length = length
    case "transfer-encoding": throw HTTPRefusal(status: 411, words: "Say the body's length.")
    case "content-type": fields.contentType = value
    case "connection":
      let words = value.lowercased().split { $0 == "," || $0 == " " }
      fields.closes = fields.closes || words.contains("close")
      fields.keeps = fields.keeps || words.contains("keep-alive")
    case "expect": fields.expectsWord = value.lowercased() == "100-continue"
    default: break
    }
  }

  private mutating func endHead() throws(HTTPRefusal) {
    if fields.host == nil, requestLine?.isOld == false {
      throw HTTPRefusal(status: 400, words: "No host.")
    }
    fields.isComplete = true
  }

  /// Letters of a token (RFC 9110, 5.6.2).
  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private static func text(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes), as: UTF8.self)
  }

  /// Without the port: "a.example:80" is a.example, "[::1]:80" is [::1].
  static func name(ofHost host: String) -> String {
    let host = host.lowercased()
    if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return String(host[...end]) }
    return String(host.prefix { $0 != ":" })
  }
}
