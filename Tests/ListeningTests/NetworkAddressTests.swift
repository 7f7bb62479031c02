// Which of this machine's addresses is offered first.
import Testing

@testable import Listening

@Suite struct NetworkAddressTests {
  @Test func likeliestFirst() throws {
    func address(_ interface: String, _ text: String) throws -> NetworkAddress {
      NetworkAddress(interface: interface, ip: try #require(SocketAddress(text, port: 0)).ip)
    }
    let all = try [
      ("docker0", "172.17.0.1"), ("eth1", "169.254.3.4"), ("eth0", "203.0.113.5"), ("wlan0", "192.168.1.7"),
      ("eth2", "172.31.0.1"), ("eth3", "172.32.0.1"), ("tun0", "10.8.0.2"),
    ].map(address)
    #expect(
      NetworkAddress.inOrder(all).map(\.text) == [
        "192.168.1.7", "172.31.0.1", "10.8.0.2", "203.0.113.5", "172.32.0.1", "172.17.0.1", "169.254.3.4",
      ])
    for found in NetworkAddress.all() {
      #expect(SocketAddress(found.text, port: 0)?.ip == found.ip && !found.text.hasPrefix("127."))
    }
  }

  @Test func numbersWithPoints() {
    #expect(SocketAddress("127.0.0.1", port: 5)?.ip == 0x7F00_0001)
    for text in ["", "localhost", "127.0.0", "1.2.3.4.5", "256.0.0.1", "::1", "1.2.3.4 "] {
      #expect(SocketAddress(text, port: 0) == nil, "\(text)")
    }
  }
}
