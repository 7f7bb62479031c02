// One connection: what it is doing, until when it may, and what comes next. Every phase has an end in time, whatever the other
// side does or leaves undone. Which connections there are: HTTPServer.swift.

struct HTTPConnection {
  enum Phase {
    /// Waits for a request, or for the rest of one.
    case reading
    /// Sends a response.
    case writing
    /// All was said; what still comes is thrown away, or the last response would be lost with it (RFC 9112, 9.6).
    case leaving
  }

  let socket: Socket
  let peer: SocketAddress
  /// The address by which we were reached.
  let here: SocketAddress?
  private(set) var phase = Phase.reading
  /// When the phase began, in seconds of the server's clock.
  private(set) var since: Double
  /// When it ends.
  private(set) var deadline: Double
  private let limits: HTTPLimits
  private var reader: HTTPRequestReader
  private var output: [UInt8] = []
  private var sent = 0
  private var keeps = true
  private var wasted = 0

  init(_ socket: Socket, peer: SocketAddress, limits: HTTPLimits, now: Double) {
    self.socket = socket
    self.peer = peer
    self.limits = limits
    here = socket.address
    reader = HTTPRequestReader(limits)
    since = now
    deadline = now + limits.silence
  }

  /// Whether the next request is here already, behind the last one.
  var hasMore: Bool { phase == .reading && mayHoldRequest }
  private var mayHoldRequest = false

  /// Does what can be done now.
  /// - Returns: whether the connection goes on
  mutating func step(
    isReadable: Bool, isWritable: Bool, now: Double, buffer: inout [UInt8], service: any HTTPService
  ) -> Bool {
    switch phase {
    case .reading:
      if isReadable {
        switch socket.receive(into: &buffer) {
        case .end: return false
        case .nothingYet: break
        case .bytes(let count):
          if !reader.hasBegun { deadline = now + limits.request }
          reader.append(buffer[..<count])
          mayHoldRequest = true
        }
      }
      if mayHoldRequest { read(now, service) }
      if phase == .reading && now > deadline {
        if !reader.hasBegun { return false }
        say(service.respond(HTTPRefusal(status: 408, words: "The request took too long.")), now)
      }
      return phase == .reading || write(now)
    case .writing: return isWritable ? write(now) : now <= deadline
    case .leaving:
      if isReadable {
        switch socket.receive(into: &buffer) {
        case .end: return false
        case .nothingYet: break
        case .bytes(let count): wasted += count
        }
      }
      return now <= deadline && wasted <= limits.wasted
    }
  }

  /// Takes one request, not all that came at once: others wait, too.
  private mutating func read(_ now: Double, _ service: any HTTPService) {
    do throws(HTTPRefusal) {
      if let request = try reader.next() {
        say(
          service.respond(request, at: here), now, keeps: request.keepsConnection,
          isHead: request.method == "HEAD")
        return
      }
      mayHoldRequest = false
      if reader.owesContinue {
        reader.saidContinue()
        _ = socket.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), from: 0)
      }
    } catch {
      say(service.respond(error), now)
    }
  }

  private mutating func say(
    _ response: HTTPResponse, _ now: Double, keeps: Bool = false, isHead: Bool = false
  ) {
    output = response.bytes(keepsConnection: keeps, isHead: isHead)
    (sent, self.keeps, phase, since) = (0, keeps, .writing, now)
    deadline = now + limits.response + Double(output.count) / Double(limits.slowest)
  }

  private mutating func write(_ now: Double) -> Bool {
    while sent < output.count {
      guard let count = socket.send(output, from: sent) else { return false }
      if count == 0 { return now <= deadline }
      sent += count
    }
    (output, since) = ([], now)
    if keeps {
      phase = .reading
      mayHoldRequest = reader.hasBegun
      deadline = now + (reader.hasBegun ? limits.request : limits.silence)
    } else {
      phase = .leaving
      socket.finishSending()
      deadline = now + limits.farewell
    }
    return true
  }
}
