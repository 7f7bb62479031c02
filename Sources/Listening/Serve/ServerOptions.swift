// Where the server of a listening test is and by which names it may be asked for: loopback unless a token guards it. The server
// itself: ListeningServer.swift.

package struct ServerOptions: Hashable, Sendable {
  /// 0 takes a free one.
  package var port: UInt16 = 8642
  /// IPv4 address of this machine, or 0.0.0.0 for all of them.
  package var bind = "127.0.0.1"
  package var token: String?
  /// Further names or addresses that listeners may use, of a proxy or a tunnel in front of this machine.
  package var hosts: [String] = []

  package init() {}

  package var isLoopback: Bool { bind == "localhost" || bind.hasPrefix("127.") }

  /// By whatever address of this machine.
  package var listensToAll: Bool { bind == "0.0.0.0" }

  /// The address to listen at; nil if it is none.
  var address: SocketAddress? { SocketAddress(bind == "localhost" ? "127.0.0.1" : bind, port: port) }

  /// - Throws: `usage`
  package func validate() throws(ListeningError) {
    if let token {
      let allowed = token.utf8.allSatisfy {
        switch $0 {
        case 45, 48...57, 65...90, 97...122: true
        default: false
        }
      }
      if !(8...64).contains(token.utf8.count) || !allowed {
        throw .usage("--token: 8 to 64 letters, digits and hyphens")
      }
    } else if !isLoopback {
      throw .usage(
        "--bind \(bind) lets other machines in: add --token, for example --token \(SessionLog.newID().prefix(12))"
      )
    }
    for host in hosts where host.isEmpty || host.utf8.contains(where: { $0 <= 32 || $0 == UInt8(ascii: "/") })
    {
      throw .usage("--host \(host): a name or an address alone, without http:// and path")
    }
  }

  /// Whether a listener's browser may have asked for that. A page of another site can have its own name point at this machine
  /// (DNS rebinding): it then asks for that name, which is refused.
  /// - Parameters:
  ///   - host: without the port, in lower case
  ///   - address: by which it came
  ///   - machine: this machine's name
  func serves(_ host: String, at address: SocketAddress?, machine: String) -> Bool {
    if hosts.contains(where: { HTTPRequestReader.name(ofHost: $0) == host }) { return true }
    guard let ip = address?.ip else { return false }
    if host == SocketAddress.text(ip) { return true }
    if ip >> 24 == 127 { return host == "localhost" || host == "127.0.0.1" }
    // The name as other machines know it, with and without multicast DNS.
    let machine = machine.lowercased()
    return !machine.isEmpty && (host == machine || host == machine + ".local")
  }
}
