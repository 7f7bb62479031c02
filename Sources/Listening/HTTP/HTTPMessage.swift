// A request and a response of HTTP/1.1 as far as a listening test needs them, and how much a sender may ask for. Reading
// one: HTTPRequestReader.swift. Who sends and receives the bytes: HTTPServer.swift.

/// What is enough for any browser, and for a hostile sender too. Sizes in bytes, times in seconds.
struct HTTPLimits: Sendable {
  /// Of the request line or a header line. Browsers send the cookies of every other server on this machine along.
  var line = 16 << 10
  /// Header lines.
  var lines = 100
  /// Request line and header lines together.
  var head = 32 << 10
  var body = 16 << 10
  /// Open at once.
  var connections = 256
  /// A connection without any request.
  var silence = 60.0
  /// From a request's first byte to its last.
  var request = 15.0
  /// A response has this long ...
  var response = 30.0
  /// ... and a second for so many bytes.
  var slowest = 16 << 10
  /// What still comes after a refusal is read and thrown away, so that the refusal arrives: for so long, and so much.
  var farewell = 2.0
  var wasted = 16 << 20

  init() {}
}

struct HTTPRequest: Hashable, Sendable {
  /// "GET"
  let method: String
  /// As it was sent, without what follows a question mark; begins with a slash.
  let path: String
  /// Host, without its port, in lower case.
  let host: String
  let contentType: String?
  let body: [UInt8]
  /// Whether the sender may ask again on this connection.
  let keepsConnection: Bool
}

/// Why a request is not answered, and its connection is closed.
struct HTTPRefusal: Error, Hashable, Sendable {
  let status: Int
  let words: String
}

struct HTTPResponse: Sendable {
  var status = 200
  var headers: [(name: String, value: String)] = []
  var body: [UInt8] = []

  /// - Parameter isHead: whether only the head was asked for
  func bytes(keepsConnection: Bool, isHead: Bool) -> [UInt8] {
    var text = "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Status")\r\nContent-Length: \(body.count)\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if !keepsConnection { text += "Connection: close\r\n" }
    return Array((text + "\r\n").utf8) + (isHead ? [] : body)
  }

  private static let reasons = [
    200: "OK", 308: "Permanent Redirect", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 409: "Conflict", 411: "Length Required", 413: "Content Too Large",
    410: "Gone", 414: "URI Too Long", 415: "Unsupported Media Type", 421: "Misdirected Request",
    422: "Unprocessable Content",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 503: "Service Unavailable",
    505: "HTTP Version Not Supported",
  ]
}
