// The service on the network. With a token every path begins with it, so that the address itself is the ticket. Nothing may be
// cached, nothing may be loaded from elsewhere, and no header tells one stimulus from another. HTTP: the folder HTTP.
internal import FoundationEssentials
internal import Synchronization

/// A server that runs while `run` runs, on that thread. It listens from the beginning.
package final class ListeningServer {
  /// Where listeners find the page, the likeliest address first. Only this machine's own if it is in no network.
  package let urls: [String]
  /// Of which interface each of them is, where it listens on all; none then: this machine is in no network.
  package let addresses: [NetworkAddress]
  package let port: UInt16
  private let server: HTTPServer
  private let place: String

  /// - Parameters:
  ///   - say: told what stops a listener, for whoever runs the server
  ///   - tell: told of every step of a listener
  /// - Throws: `usage`, `cannotListen`, `stoppedListening` where there are no file descriptors
  package convenience init(
    _ test: PreparedTest, _ options: ServerOptions, say: @escaping @Sendable (String) -> Void = { _ in },
    tell: @escaping @Sendable (ListenerEvent) -> Void = { _ in }
  ) throws(ListeningError) {
    try self.init(test, options, limits: HTTPLimits(), say: say, tell: tell)
  }

  init(
    _ test: PreparedTest, _ options: ServerOptions, limits: HTTPLimits,
    say: @escaping @Sendable (String) -> Void = { _ in },
    tell: @escaping @Sendable (ListenerEvent) -> Void = { _ in }
  ) throws(ListeningError) {
    try options.validate()
    place = "\(options.bind):\(options.port)"
    guard let address = options.address else {
      throw .cannotListen(address: place, reason: "not an IPv4 address of this machine")
    }
    // Every listener takes a connection and a session's file, and browsers take several.
    let descriptors = Descriptors.raiseLimit() - 32
    let files = min(OpenSessions.most, descriptors / 2)
    var limits = limits
    limits.connections = min(limits.connections, descriptors - files)
    // Long answers may come, in the time that a slow line takes for them.
    let body = ListeningService.bodyLimit(test.plan)
    limits.request += Double(max(0, body - limits.body)) / Double(limits.slowest)
    limits.body = body
    if limits.connections < 8 {
      throw .stoppedListening(address: place, reason: "\(descriptors + 32) files and sockets may be open")
    }
    let service = ListeningService(test, openFiles: files, say: say, tell: tell)
    let place = place
    do throws(SocketError) {
      server = try HTTPServer(
        at: address, limits: limits, service: Site(service: service, options: options, say: say)
      ) { reason in
        say("\(ListeningError.stoppedListening(address: place, reason: reason))")
      }
    } catch {
      throw error.isExhausted
        ? .stoppedListening(address: place, reason: error.words)
        : .cannotListen(address: place, reason: error.words)
    }
    port = server.port
    addresses = options.listensToAll ? NetworkAddress.all() : []
    let hosts = options.listensToAll ? addresses.map(\.text) : [options.bind]
    let path = options.token.map { $0 + "/" } ?? ""
    let port = port
    urls = (hosts.isEmpty ? ["127.0.0.1"] : hosts).map { "http://\($0):\(port)/\(path)" }
  }

  /// Serves until `isWanted` says no, which is asked at least twenty times a second.
  /// - Throws: `stoppedListening`
  package func run(while isWanted: () -> Bool) throws(ListeningError) {
    do throws(SocketError) {
      try server.run(while: isWanted)
    } catch {
      throw .stoppedListening(address: place, reason: error.words)
    }
  }
}

/// From requests of the network to those of the service and back.
private struct Site: HTTPService {
  let service: ListeningService
  let options: ServerOptions
  let say: @Sendable (String) -> Void
  private let machine = ProcessInfo.processInfo.hostName
  private let strangers = Strangers()

  init(service: ListeningService, options: ServerOptions, say: @escaping @Sendable (String) -> Void) {
    (self.service, self.options, self.say) = (service, options, say)
  }

  /// Names that were refused: each is said once, the first few.
  private final class Strangers: Sendable {
    private let names = Mutex<Set<String>>([])

    func isNew(_ name: String) -> Bool {
      names.withLock { $0.count < 5 && $0.insert(name).inserted }
    }
  }

  /// On every response, the same for every sound.
  private static let headers: [(name: String, value: String)] = [
    ("Cache-Control", "no-store"),
    (
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    ("Cross-Origin-Resource-Policy", "same-origin"), ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
  ]

  func respond(_ refusal: HTTPRefusal) -> HTTPResponse { sent(.problem(refusal.status, refusal.words)) }

  func respond(_ request: HTTPRequest, at address: SocketAddress?) -> HTTPResponse {
    if !options.serves(request.host, at: address, machine: machine) {
      if !request.host.isEmpty, strangers.isNew(request.host) {
        say(
          "refused: somebody asked for this server by the name '\(request.host)'. If listeners shall use that name, start it with --host \(request.host)"
        )
      }
      return sent(.problem(421, "Ask for this server by its own address."))
    }
    var path = String(request.path.dropFirst())
    if let token = options.token {
      if path == token {
        // Relative, for a proxy that serves this below a path of its own.
        return sent(.init(status: 308, type: "text/plain", body: []), also: [("Location", token + "/")])
      }
      guard path.hasPrefix(token + "/") else { return sent(.problem(404, "There is nothing here.")) }
      path = String(path.dropFirst(token.count + 1))
    }
    return sent(
      service.respond(
        ServiceRequest(
          method: request.method, path: path, contentType: request.contentType, body: request.body)))
  }

  private func sent(
    _ response: ServiceResponse, also more: [(name: String, value: String)] = []
  ) -> HTTPResponse {
    HTTPResponse(
      status: response.status, headers: [("Content-Type", response.type)] + Self.headers + more,
      body: response.body)
  }
}
