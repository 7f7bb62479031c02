// The service on the network, by FlyingFox: loopback unless a token guards it. With a token every path begins with it, so
// that the address itself is the ticket. Nothing may be cached, nothing may be loaded from elsewhere, and no header tells
// one stimulus from another.
internal import FlyingFox
internal import FlyingSocks
internal import FoundationEssentials
internal import Glibc
internal import Synchronization

package struct ServerOptions: Hashable, Sendable {
  /// 0 takes a free one.
  package var port: UInt16 = 8642
  /// IPv4 address of this machine, or 0.0.0.0 for all of them.
  package var bind = "127.0.0.1"
  package var token: String?

  package init() {}

  var isLoopback: Bool { bind == "localhost" || bind.hasPrefix("127.") }

  /// - Throws: `usage`
  package func validate() throws(ListeningError) {
    if let token {
      let allowed = token.utf8.allSatisfy {
        $0 < 128
          && (Character(UnicodeScalar($0)).isLetter || Character(UnicodeScalar($0)).isNumber || $0 == 45)
      }
      if !(8...64).contains(token.utf8.count) || !allowed {
        throw .usage("--token: 8 to 64 letters, digits and hyphens")
      }
    } else if !isLoopback {
      throw .usage(
        "--bind \(bind) lets other machines in: add --token, for example --token \(SessionLog.newID().prefix(12))"
      )
    }
  }
}

/// A server that runs until `stop`.
package final class ListeningServer: Sendable {
  /// Where the page is.
  package let url: String
  private let server: HTTPServer
  private let task: Task<Void, Never>
  private let end: End

  private struct Reason {
    let words: String
    /// No further file descriptor: another address would not help.
    var isExhausted = false
  }

  /// Why the server is not there any more.
  private final class End: Sendable {
    let reason = Mutex<Reason?>(nil)
  }

  /// Every listener takes a connection and a file, and browsers take several: as many as the system allows, up to 4096.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 4096))
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// Returns when it listens.
  /// - say: told what stops a listener, for whoever runs the server
  package static func start(
    _ test: PreparedTest, _ options: ServerOptions, say: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> ListeningServer {
    try options.validate()
    raiseDescriptorLimit()
    let address = options.bind == "localhost" ? "127.0.0.1" : options.bind
    let place = "\(options.bind):\(options.port)"
    let socket: sockaddr_in
    do { socket = try .inet(ip4: address, port: options.port) } catch {
      throw ListeningError.cannotListen(address: place, reason: "not an IPv4 address of this machine")
    }
    let handler = Handler(ListeningService(test, say: say), options)
    let server = HTTPServer(
      config: .init(address: socket, timeout: 60, logger: .disabled), handler: handler)
    let end = End()
    let task = Task {
      do {
        try await server.run()
        end.reason.withLock { $0 = Reason(words: "it ended") }
      } catch {
        end.reason.withLock { $0 = reason(error) }
      }
    }
    // Waiting for a task that fails cannot be cancelled, so this asks both now and then.
    while await !server.isListening {
      if let reason = end.reason.withLock({ $0 }) {
        throw reason.isExhausted
          ? ListeningError.stoppedListening(address: place, reason: reason.words)
          : ListeningError.cannotListen(address: place, reason: reason.words)
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    var port = options.port
    if case .ip4(_, let real)? = await server.listeningAddress { port = real }
    return ListeningServer(server, task, end, options, port: port)
  }

  private init(
    _ server: HTTPServer, _ task: Task<Void, Never>, _ end: End, _ options: ServerOptions, port: UInt16
  ) {
    self.server = server
    self.task = task
    self.end = end
    let host = options.bind == "0.0.0.0" ? ProcessInfo.processInfo.hostName : options.bind
    url = "http://\(host):\(port)/" + (options.token.map { $0 + "/" } ?? "")
  }

  package func stop() async {
    await server.stop(timeout: 1)
    task.cancel()
  }

  /// Why the server has ended by itself; nil while it runs.
  package var failure: String? { end.reason.withLock { $0?.words } }

  private static func reason(_ error: any Error) -> Reason {
    guard case SocketError.failed(_, let code, _) = error else { return Reason(words: "\(error)") }
    return Reason(words: TestFiles.reason(code), isExhausted: [EMFILE, ENFILE].contains(code))
  }
}

/// From FlyingFox's requests to ours and back.
private struct Handler: HTTPHandler {
  let service: ListeningService
  let options: ServerOptions

  init(_ service: ListeningService, _ options: ServerOptions) {
    self.service = service
    self.options = options
  }

  /// On every response, the same for every sound.
  private static let headers: [HTTPHeader: String] = [
    .init("Cache-Control"): "no-store",
    .init("Content-Security-Policy"):
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    .init("Cross-Origin-Resource-Policy"): "same-origin",
    .init("Referrer-Policy"): "no-referrer",
    .init("X-Content-Type-Options"): "nosniff",
  ]

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    let response = try await respond(request)
    var headers = Self.headers
    headers[.init("Content-Type")] = response.type
    return HTTPResponse(
      statusCode: Self.codes[response.status] ?? .internalServerError, headers: HTTPHeaders(headers),
      body: HTTPBodySequence(data: Data(response.body), suggestedBufferSize: 1 << 17))
  }

  private func respond(_ request: HTTPRequest) async throws -> ServiceResponse {
    // A page of another site may have its name point here (DNS rebinding): it then asks for that name.
    if options.token == nil, !isLocal(request.headers[.init("Host")] ?? "") {
      return .problem(421, "Ask for this server by its own address.")
    }
    // As it was sent: FlyingFox's own `path` is tidied up, and then two addresses mean one thing.
    let target = request.target.path()
    guard target.hasPrefix("/") else { return .problem(400, "The path has no slash.") }
    var path = String(target.dropFirst())
    if let token = options.token {
      guard path.hasPrefix(token + "/") else { return .problem(404, "There is nothing here.") }
      path = String(path.dropFirst(token.count + 1))
    }
    let count = request.bodySequence.count
    if count ?? .max > ListeningService.bodyLimit {
      // Read past it, or FlyingFox would take the rest for the next request.
      for try await _ in request.bodySequence {}
      return count == nil
        ? .problem(411, "Say the body's length.")
        : .problem(413, "At most \(ListeningService.bodyLimit) bytes.")
    }
    return service.respond(
      ServiceRequest(
        method: request.method.rawValue, path: path, contentType: request.headers[.contentType],
        body: [UInt8](try await request.bodyData)))
  }

  private func isLocal(_ host: String) -> Bool {
    let name = host.split(separator: ":").first ?? ""
    return name == "localhost" || name == "127.0.0.1" || name[...] == options.bind[...]
  }

  private static let codes: [Int: HTTPStatusCode] = [
    200: .ok, 400: .badRequest, 404: .notFound, 405: .methodNotAllowed, 409: .conflict, 411: .lengthRequired,
    413: .payloadTooLarge, 415: .unsupportedMediaType, 421: .misdirectedRequest, 500: .internalServerError,
    503: .serviceUnavailable,
  ]
}
