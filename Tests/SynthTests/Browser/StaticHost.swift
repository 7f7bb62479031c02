// A web host that knows nothing but files, below a path of its own, for tests of pages that need no server of ours.

import Foundation
import Synchronization

@testable import Listening

final class StaticHost: HTTPService, Sendable {
  private let folder: String
  private let prefix: String
  private let isWanted = Atomic(true)
  private let begun = DispatchSemaphore(value: 0)
  private let state = Mutex<(port: UInt16, asked: [String])>((0, []))

  /// Gives out the folder's files below `prefix`, which begins and ends with a slash.
  init(_ folder: String, below prefix: String) {
    (self.folder, self.prefix) = (folder, prefix)
    Thread.detachNewThread { [self] in
      let server = try? HTTPServer(
        at: SocketAddress("127.0.0.1", port: 0)!, limits: HTTPLimits(), service: self
      ) { _ in }
      state.withLock { $0.port = server?.port ?? 0 }
      begun.signal()
      try? server?.run { isWanted.load(ordering: .relaxed) }
    }
    begun.wait()
  }

  func stop() { isWanted.store(false, ordering: .relaxed) }

  var url: String { "http://127.0.0.1:\(state.withLock { $0.port })\(prefix)" }
  /// Paths below the prefix, in the order they were asked for.
  var asked: [String] { state.withLock { $0.asked } }

  private static let types = [
    "html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml",
    "json": "application/json",
  ]

  func respond(_ request: HTTPRequest, at address: SocketAddress?) -> HTTPResponse {
    guard request.method == "GET", request.path.hasPrefix(prefix), !request.path.contains("..") else {
      return HTTPResponse(status: 404)
    }
    let path = String(request.path.dropFirst(prefix.count))
    state.withLock { $0.asked.append(path) }
    let file = path.isEmpty ? "index.html" : path
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else {
      return HTTPResponse(status: 404)
    }
    let type = Self.types[URL(fileURLWithPath: file).pathExtension] ?? "application/octet-stream"
    return HTTPResponse(status: 200, headers: [("Content-Type", type)], body: [UInt8](data))
  }

  func respond(_ refusal: HTTPRefusal) -> HTTPResponse { HTTPResponse(status: refusal.status) }
}
