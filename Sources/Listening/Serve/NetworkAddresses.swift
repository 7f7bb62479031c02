// By which addresses other machines of the network reach this one: those of its interfaces, since its own name means nothing to
// a phone.
internal import Glibc

/// An IPv4 address of this machine.
package struct NetworkAddress: Hashable, Sendable {
  /// "wlan0"
  package let interface: String
  /// "192.168.1.7"
  package let text: String
  let ip: UInt32

  init(interface: String, ip: UInt32) {
    (self.interface, self.ip) = (interface, ip)
    text = SocketAddress.text(ip)
  }

  /// Those of interfaces that are up, but for loopback; the likeliest of a home or an office first.
  package static func all() -> [NetworkAddress] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&first) == 0 else { return [] }
    defer { unsafe freeifaddrs(first) }
    var found: [NetworkAddress] = []
    var next = unsafe first
    while let entry = unsafe next {
      let interface = unsafe entry.pointee
      unsafe next = interface.ifa_next
      let flags = unsafe interface.ifa_flags
      guard flags & UInt32(IFF_UP) != 0, flags & UInt32(IFF_LOOPBACK) == 0,
        let address = unsafe interface.ifa_addr, unsafe address.pointee.sa_family == sa_family_t(AF_INET)
      else { continue }
      let ip = unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        unsafe UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
      }
      found.append(unsafe NetworkAddress(interface: String(cString: interface.ifa_name), ip: ip))
    }
    return inOrder(found)
  }

  static func inOrder(_ addresses: [NetworkAddress]) -> [NetworkAddress] {
    addresses.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(
      \.element)
  }

  /// Bridges of virtual machines and containers are seen from inside this machine alone; addresses that a machine gave itself
  /// (RFC 3927) come last.
  private var rank: Int {
    let inside = ["docker", "br-", "virbr", "veth", "lxc", "lxd", "cni", "podman", "vmnet", "vboxnet"]
    if ip >> 16 == 169 << 8 | 254 { return 3 }
    if inside.contains(where: interface.hasPrefix) { return 2 }
    // RFC 1918
    let isPrivate = ip >> 24 == 10 || ip >> 20 == 172 << 4 | 1 || ip >> 16 == 192 << 8 | 168
    return isPrivate ? 0 : 1
  }
}
