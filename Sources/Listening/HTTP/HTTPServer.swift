// HTTP/1.1 over IPv4 for a listening test: one thread, one loop. Our own, because a listening page needs little of it and all of
// that bounded: FlyingFox 0.27 reads a long line in quadratic time and has no limits to set; SwiftNIO 2.101 adds 32 s (debug)
// and 60 s (release, two cores) to a clean build, and times, lines and connections would have to be bounded around it all the
// same. No TLS, no chunks, no ranges. Limits: HTTPMessage.swift. A hostile sender: Tests/ListeningTests/HTTP/HostileTests.swift.

/// What answers.
protocol HTTPService {
  /// - Parameter address: our address by which the request came
  func respond(_ request: HTTPRequest, at address: SocketAddress?) -> HTTPResponse
  /// To what is no request, or asks for too much.
  func respond(_ refusal: HTTPRefusal) -> HTTPResponse
}

/// Listens when made, answers while `run` runs. For one thread at a time.
final class HTTPServer {
  private let listener: Socket
  private let service: any HTTPService
  private let limits: HTTPLimits
  private let say: (String) -> Void
  private let start = ContinuousClock.now
  private var connections: [Int32: HTTPConnection] = [:]
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  /// No connection is taken before.
  private var pause = 0.0
  private var hasSaidExhausted = false

  /// - Parameter say: told once if the system gives no further connection
  init(
    at address: SocketAddress, limits: HTTPLimits, service: any HTTPService, say: @escaping (String) -> Void
  ) throws(SocketError) {
    listener = try Socket.listening(at: address)
    (self.service, self.limits, self.say) = (service, limits, say)
  }

  deinit {
    for connection in connections.values { connection.socket.close() }
    listener.close()
  }

  /// The real one, where any was asked for.
  var port: UInt16 { listener.address?.port ?? 0 }

  private var now: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// Answers until `isWanted` says no, which is asked at least twenty times a second. Responses that are on their way then get
  /// another second.
  /// - Throws: what ended it otherwise
  func run(while isWanted: () -> Bool) throws(SocketError) {
    while isWanted() { try turn(accepts: true) }
    let end = now + 1
    while now < end, connections.values.contains(where: { $0.phase == .writing }) { try turn(accepts: false) }
  }

  private func turn(accepts: Bool) throws(SocketError) {
    let before = now
    let all = connections.values.map { $0 }
    let hasMore = all.contains { $0.hasMore }
    let ready = Socket.wait(
      for: [(listener, accepts && before >= pause, false)]
        + all.map { ($0.socket, $0.phase != .writing, $0.phase == .writing) },
      milliseconds: hasMore ? 0 : 50)
    let now = now
    for (connection, ready) in zip(all, ready.dropFirst())
    where ready.reads || ready.writes || connection.hasMore || now > connection.deadline {
      let goesOn = connections[connection.socket.descriptor]!.step(
        isReadable: ready.reads, isWritable: ready.writes, now: now, buffer: &buffer, service: service)
      if !goesOn { drop(connection.socket) }
    }
    // After those that are there already: a descriptor that was closed above may come again here.
    if ready[0].reads { try accept(now) }
  }

  private func drop(_ socket: Socket) {
    connections[socket.descriptor] = nil
    socket.close()
  }

  private func accept(_ now: Double) throws(SocketError) {
    for _ in 0..<64 {
      do throws(SocketError) {
        guard let (socket, peer) = try listener.accept() else { return }
        if connections.count >= limits.connections && !makeRoom(for: peer) {
          socket.close()
          continue
        }
        connections[socket.descriptor] = HTTPConnection(socket, peer: peer, limits: limits, now: now)
      } catch {
        guard error.isExhausted else { throw error }
        if !hasSaidExhausted { say(error.words) }
        hasSaidExhausted = true
        if makeRoom(for: nil) { continue }
        pause = now + 0.2
        return
      }
    }
  }

  /// Closes a connection of the address that has most of them: the one that has waited longest without a request, or else, if a
  /// different address needs its place, the one that takes longest to hear its response.
  private func makeRoom(for peer: SocketAddress?) -> Bool {
    let byAddress = Dictionary(grouping: connections.values, by: \.peer.ip)
    guard let (address, theirs) = byAddress.max(by: { $0.value.count < $1.value.count }) else { return false }
    func oldest(_ some: [HTTPConnection]) -> HTTPConnection? { some.min { $0.since < $1.since } }
    let victim =
      oldest(theirs.filter { $0.phase != .writing })
      ?? oldest(connections.values.filter { $0.phase != .writing })
      ?? (peer.map { $0.ip != address } == true ? oldest(theirs) : nil)
    guard let victim else { return false }
    drop(victim.socket)
    return true
  }
}
