// The system's calls for a server over IPv4: the only file of this folder that has pointers. Nothing here waits but `poll`.
internal import Files
internal import Glibc

/// An IPv4 address and port.
struct SocketAddress: Hashable, Sendable {
  /// In the machine's order of bytes: 127.0.0.1 is 0x7F00_0001.
  var ip: UInt32
  var port: UInt16

  /// - Returns: nil for what is not four numbers with points between them
  init?(_ text: String, port: UInt16) {
    var address = in_addr()
    guard unsafe inet_pton(AF_INET, text, &address) == 1 else { return nil }
    ip = UInt32(bigEndian: address.s_addr)
    self.port = port
  }

  fileprivate init(_ address: sockaddr_in) {
    ip = UInt32(bigEndian: address.sin_addr.s_addr)
    port = UInt16(bigEndian: address.sin_port)
  }

  fileprivate var raw: sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = ip.bigEndian
    return address
  }

  static func text(_ ip: UInt32) -> String {
    [24, 16, 8, 0].map { "\(ip >> UInt32($0) & 255)" }.joined(separator: ".")
  }
}

/// A system call that failed.
struct SocketError: Error, Hashable, Sendable {
  let code: Int32
  var words: String { Disk.words(code) }
  /// No further file descriptor.
  var isExhausted: Bool { [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) }

  static var last: SocketError { SocketError(code: errno) }
}

/// One socket. Whoever has it closes it.
struct Socket: Hashable, Sendable {
  let descriptor: Int32

  private static let length = socklen_t(MemoryLayout<sockaddr_in>.size)

  /// Listens at an address, whose port may be 0 for any that is free.
  static func listening(at address: SocketAddress) throws(SocketError) -> Socket {
    let socket = Socket(descriptor: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    guard socket.descriptor >= 0 else { throw .last }
    var yes: Int32 = 1
    // A restart takes the port again while connections of the last run are still being forgotten.
    unsafe setsockopt(socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
    var raw = address.raw
    let bound = unsafe withUnsafePointer(to: &raw) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(socket.descriptor, $0, length)
      }
    }
    guard bound == 0, listen(socket.descriptor, 128) == 0,
      fcntl(socket.descriptor, F_SETFL, O_NONBLOCK) == 0
    else {
      let error = SocketError.last
      socket.close()
      throw error
    }
    return socket
  }

  /// A connection that waits to be taken, and whose it is.
  /// - Returns: nil if there is none
  func accept() throws(SocketError) -> (socket: Socket, peer: SocketAddress)? {
    var raw = sockaddr_in()
    var length = Self.length
    while true {
      let taken = unsafe withUnsafeMutablePointer(to: &raw) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe Glibc.accept(descriptor, $0, &length)
        }
      }
      if taken >= 0 {
        var yes: Int32 = 1
        unsafe setsockopt(taken, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
        return (Socket(descriptor: taken), SocketAddress(raw))
      }
      switch errno {
      case EAGAIN: return nil
      // Gone before it was taken, or a defect of the network that is not ours: the next one.
      case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
        ENETUNREACH:
        continue
      default: throw .last
      }
    }
  }

  /// Our own side of it.
  var address: SocketAddress? {
    var raw = sockaddr_in()
    var length = Self.length
    let code = unsafe withUnsafeMutablePointer(to: &raw) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &length)
      }
    }
    return code == 0 ? SocketAddress(raw) : nil
  }

  enum Received { case bytes(Int), nothingYet, end }

  /// What has come, into the buffer's beginning.
  func receive(into buffer: inout [UInt8]) -> Received {
    let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    if count > 0 { return .bytes(count) }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothingYet : .end
  }

  /// Sends what the system takes now of `bytes` from `start` on.
  /// - Returns: how many; nil if the other side is gone
  func send(_ bytes: [UInt8], from start: Int) -> Int? {
    let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
    let count = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress! + start, $0.count - start, flags)
    }
    if count >= 0 { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }

  /// Nothing more will be sent.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  func close() { Glibc.close(descriptor) }

  /// Waits until something can be done with one of the sockets.
  /// - Returns: for each, whether there is something to read, and whether it takes something
  static func wait(
    for wishes: [(socket: Socket, reads: Bool, writes: Bool)], milliseconds: Int32
  ) -> [(reads: Bool, writes: Bool)] {
    var entries = wishes.map {
      pollfd(
        fd: $0.socket.descriptor, events: Int16(($0.reads ? POLLIN : 0) | ($0.writes ? POLLOUT : 0)),
        revents: 0)
    }
    // A signal that comes meanwhile ends the waiting: nothing is ready then.
    unsafe poll(&entries, nfds_t(entries.count), milliseconds)
    return zip(entries, wishes).map { entry, wish in
      // What broke is found out by reading or writing it.
      let broken = Int32(entry.revents) & (POLLERR | POLLHUP | POLLNVAL) != 0
      return (
        Int32(entry.revents) & POLLIN != 0 || broken && wish.reads,
        Int32(entry.revents) & POLLOUT != 0 || broken && wish.writes
      )
    }
  }
}

/// File descriptors of this process.
enum Descriptors {
  /// Raises the limit as far as the system allows, up to 4096.
  /// - Returns: how many there may be
  static func raiseLimit() -> Int {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(resource, &limit) == 0 else { return 256 }
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 4096))
    unsafe setrlimit(resource, &limit)
    guard unsafe getrlimit(resource, &limit) == 0 else { return 256 }
    return Int(clamping: limit.rlim_cur)
  }
}
