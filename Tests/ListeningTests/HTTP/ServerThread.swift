// A server of this process on a thread of its own, for tests that are its listeners.

import Foundation
import Synchronization
import TestSupport

@testable import Listening

final class ServerThread: Sendable {
  private let isWanted = Atomic(true)
  private let begun = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let start = Mutex<Result<(port: UInt16, urls: [String]), any Error>?>(nil)

  /// Returns when it listens.
  init(
    _ test: PreparedTest, _ options: ServerOptions, limits: HTTPLimits = HTTPLimits(),
    say: @escaping @Sendable (String) -> Void = { _ in },
    tell: @escaping @Sendable (ListenerEvent) -> Void = { _ in }
  ) throws {
    Thread.detachNewThread { [self] in
      defer { ended.signal() }
      do {
        let server = try ListeningServer(test, options, limits: limits, say: say, tell: tell)
        start.withLock { $0 = .success((server.port, server.urls)) }
        begun.signal()
        try server.run { isWanted.load(ordering: .relaxed) }
      } catch {
        start.withLock { $0 = $0 ?? .failure(error) }
        begun.signal()
      }
    }
    begun.wait()
    _ = try start.withLock { try $0!.get() }
  }

  var port: UInt16 { start.withLock { try! $0!.get().port } }
  var url: String { start.withLock { try! $0!.get().urls[0] } }

  func stop() {
    isWanted.store(false, ordering: .relaxed)
    ended.wait()
  }
}

/// A server in this process for the time of `body`.
func serving<R>(
  _ test: PreparedTest, token: String? = nil, limits: HTTPLimits = HTTPLimits(), hosts: [String] = [],
  say: @escaping @Sendable (String) -> Void = { _ in },
  tell: @escaping @Sendable (ListenerEvent) -> Void = { _ in },
  _ body: (RawHTTP, String) throws -> R
) async throws -> R {
  var options = ServerOptions()
  (options.port, options.token, options.hosts) = (0, token, hosts)
  let server = try ServerThread(test, options, limits: limits, say: say, tell: tell)
  defer { server.stop() }
  return try body(RawHTTP(port: server.port), server.url)
}
