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
    let bytes = try exchange(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    guard let response = Self.parse(bytes) else {
      throw Failure(
        words: "no response to \(method) \(path): \(String(decoding: bytes.prefix(200), as: UTF8.self))")
    }
    return response
  }

  /// Sends bytes and reads one response; what there is if the connection closes before.
  package func exchange(_ request: [UInt8]) throws -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var timeout = timeval(tv_sec: 20, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if connected != 0 { throw Failure(words: "port \(port): \(String(cString: strerror(errno)))") }
    var sent = 0
    while sent < request.count {
      let count = Glibc.send(
        descriptor, Array(request[sent...]), request.count - sent, Int32(MSG_NOSIGNAL))
      if count <= 0 { break }
      sent += count
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count <= 0 { return bytes }
      bytes += chunk[..<count]
      if Self.parse(bytes) != nil { return bytes }
    }
  }

  private static func parse(_ bytes: [UInt8]) -> RawResponse? {
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
      body.count >= length
    else { return nil }
    return RawResponse(bytes: bytes, status: status, headers: headers, body: body)
  }
}

extension String {
  fileprivate func components(_ separator: Character) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
