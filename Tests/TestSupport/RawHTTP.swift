// HTTP by hand over a socket, so that tests see every byte a server sends, headers included, and can send what no client
// would.
import Glibc

/// A response as it came.
package struct RawResponse: Sendable {
  /// All of it.
  package let bytes: [UInt8]
  package let status: Int
  /// Lower-case names, in the order they came.
  package let headers: [(name: String, value: String)]
  package let body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }
  package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

package struct RawHTTP: Sendable {
  package struct Failure: Error { package let words: String }

  private let port: UInt16
  package init(port: UInt16) { self.port = port }

  package func get(_ path: String, headers: [String] = []) throws -> RawResponse {
    try send("GET", path, headers)
  }

  package func post(_ path: String, _ json: String) throws -> RawResponse {
    try send("POST", path, ["Content-Type: application/json"], Array(json.utf8))
  }

  package func send(
    _ method: String, _ path: String, _ headers: [String] = [], _ body: [UInt8] = []
  ) throws -> RawResponse {
    var lines = ["\(method) \(path) HTTP/1.1"]
    if !headers.contains(where: { $0.hasPrefix("Host:") }) { lines.append("Host: 127.0.0.1:\(port)") }
    lines += headers
    lines.append("Content-Length: \(body.count)")
    let isHead = method == "HEAD"
    let bytes = try exchange(
      Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body, hasBody: !isHead)
    guard let response = Self.parse(bytes, hasBody: !isHead) else {
      throw Failure(
        words: "no response to \(method) \(path): \(String(decoding: bytes.prefix(200), as: UTF8.self))")
    }
    return response
  }

  /// Sends bytes and reads one response; what there is if the connection closes before.
  /// - Parameter hasBody: false where the head is all that comes, whatever length it names
  package func exchange(_ request: [UInt8], hasBody: Bool = true) throws -> [UInt8] {
    let connection = try RawConnection(port: port)
    connection.send(request)
    var bytes: [UInt8] = []
    while case .bytes(let more) = connection.receive() {
      bytes += more
      if Self.parse(bytes, hasBody: hasBody) != nil { break }
    }
    return bytes
  }

  package static func parse(_ bytes: [UInt8], hasBody: Bool = true) -> RawResponse? {
    let end = Array("\r\n\r\n".utf8)
    guard
      let split = bytes.indices.first(where: { $0 + 4 <= bytes.count && Array(bytes[$0..<$0 + 4]) == end })
    else {
      return nil
    }
    let lines = String(decoding: bytes[..<split], as: UTF8.self).components("\r\n")
    let first = lines[0].split(separator: " ")
    guard first.count >= 2, let status = Int(first[1]) else { return nil }
    let headers = lines.dropFirst().map { line -> (name: String, value: String) in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
    }
    let body = Array(bytes[(split + 4)...])
    guard let length = headers.first(where: { $0.name == "content-length" }).flatMap({ Int($0.value) }),
      body.count >= length || !hasBody
    else { return nil }
    return RawResponse(bytes: bytes, status: status, headers: headers, body: body)
  }
}

extension String {
  fileprivate func components(_ separator: Character) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
