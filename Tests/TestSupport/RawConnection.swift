// A TCP connection to this machine by hand: for tests that send what no client would, slowly, in pieces, or never.
import Glibc

/// Closed when the last reference goes.
package final class RawConnection {
  package struct Failure: Error { package let words: String }

  package enum Received: Hashable {
    case bytes([UInt8])
    case closed
    /// Nothing came in time.
    case nothing
  }

  private let descriptor: Int32

  /// - Parameter source: the last number of our own address, 127.0.0.N
  package init(port: UInt16, source: UInt8 = 1) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var own = Self.address(source, 0)
    var other = Self.address(1, port)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = withUnsafePointer(to: &own) { own in
      withUnsafePointer(to: &other) { other in
        own.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) } == 0
          && other.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) } == 0
      }
    }
    if !isOpen {
      let words = "port \(port): \(String(cString: strerror(errno)))"
      close(descriptor)
      throw Failure(words: words)
    }
    timeouts(20)
  }

  deinit { close(descriptor) }

  private static func address(_ last: UInt8, _ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = (UInt32(0x7F00_0000) | UInt32(last)).bigEndian
    return address
  }

  /// How long sending and receiving may take from now on.
  private func timeouts(_ seconds: Double) {
    var timeout = timeval(
      tv_sec: Int(seconds), tv_usec: Int((seconds - seconds.rounded(.down)) * 1_000_000))
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  /// Sends as much as the other side takes.
  /// - Returns: whether it took all
  @discardableResult
  package func send(_ bytes: some Collection<UInt8>) -> Bool {
    let bytes = Array(bytes)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  @discardableResult
  package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// What comes next.
  package func receive(seconds: Double = 20) -> Received {
    timeouts(seconds)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    if count > 0 { return .bytes(Array(chunk[..<count])) }
    return count < 0 && errno == EAGAIN ? .nothing : .closed
  }

  /// Everything up to the end of the connection, or what there is when `seconds` are over.
  package func receiveAll(seconds: Double) -> (bytes: [UInt8], isClosed: Bool) {
    let end = ContinuousClock.now + .seconds(seconds)
    var bytes: [UInt8] = []
    while true {
      let left = (end - ContinuousClock.now) / .seconds(1)
      if left <= 0 { return (bytes, false) }
      switch receive(seconds: max(left, 0.001)) {
      case .bytes(let more): bytes += more
      case .closed: return (bytes, true)
      case .nothing: return (bytes, false)
      }
    }
  }
}
