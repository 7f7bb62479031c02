// TensorBoard's event file: checksums of published test vectors, and records taken apart again by a reader that knows nothing of
// the writer. The real TensorBoard: Tests/Peers/tensorboard_reads.py.
import Testing

@testable import Reports

/// Fields of a message of protocol buffers, in order.
private func fields(_ message: ArraySlice<UInt8>) -> [(field: Int, value: ArraySlice<UInt8>)] {
  var rest = message
  func varint() -> Int {
    var (value, shift) = (0, 0)
    while let byte = rest.popFirst() {
      value |= Int(byte & 127) << shift
      shift += 7
      if byte < 128 { break }
    }
    return value
  }
  var found: [(field: Int, value: ArraySlice<UInt8>)] = []
  while !rest.isEmpty {
    let key = varint()
    let count: Int
    switch key & 7 {
    case 0:
      let before = rest
      _ = varint()
      found.append((key >> 3, before.prefix(before.count - rest.count)))
      continue
    case 1: count = 8
    case 2: count = varint()
    case 5: count = 4
    default: preconditionFailure("wire type \(key & 7)")
    }
    found.append((key >> 3, rest.prefix(count)))
    rest = rest.dropFirst(count)
  }
  return found
}

private func little(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

/// CRC-32C bit by bit.
private func slowChecksum(_ data: ArraySlice<UInt8>) -> UInt32 {
  var sum: UInt32 = 0xffff_ffff
  for byte in data {
    for bit in 0..<8 {
      let low = (sum ^ UInt32(byte) >> UInt32(bit)) & 1
      sum = sum >> 1 ^ (low == 1 ? 0x82f6_3b78 : 0)
    }
  }
  return sum ^ 0xffff_ffff
}

@Suite struct EventRecordTests {
  /// RFC 3720, appendix B.4, and the usual check value.
  @Test func checksums() {
    #expect(EventRecords.checksum(Array("123456789".utf8)) == 0xe306_9283)
    #expect(EventRecords.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(EventRecords.checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(EventRecords.checksum(Array(0..<32)) == 0x46dd_794e)
    #expect(EventRecords.checksum([]) == 0)
  }

  @Test func recordsAreFramed() {
    let bytes =
      EventRecords.header(time: 1.5) + EventRecords.event(step: 300, time: 2.5, [("a/b", .scalar(0.25))])
    var rest = bytes[...]
    var messages: [ArraySlice<UInt8>] = []
    while !rest.isEmpty {
      let length = Int(little(rest.prefix(8)))
      for (data, sum) in [
        (rest.prefix(8), rest.dropFirst(8).prefix(4)),
        (rest.dropFirst(12).prefix(length), rest.dropFirst(12 + length).prefix(4)),
      ] {
        let plain = slowChecksum(data)
        #expect(UInt32(little(sum)) == (plain >> 15 | plain << 17) &+ 0xa282_ead8)
      }
      messages.append(rest.dropFirst(12).prefix(length))
      rest = rest.dropFirst(16 + length)
    }
    #expect(messages.count == 2)
    let header = fields(messages[0])
    #expect(header.map(\.field) == [1, 3] && Double(bitPattern: little(header[0].value)) == 1.5)
    #expect(String(decoding: header[1].value, as: UTF8.self) == "brain.Event:2")
    let event = fields(messages[1])
    #expect(event.map(\.field) == [1, 2, 5] && Array(event[1].value) == [0xac, 2])  // 300
    let value = fields(fields(event[2].value)[0].value)
    #expect(value.map(\.field) == [1, 2] && String(decoding: value[0].value, as: UTF8.self) == "a/b")
    #expect(Float(bitPattern: UInt32(little(value[1].value))) == 0.25)
  }

  @Test func soundsAndPictures() {
    let bytes = EventRecords.event(
      step: 0, time: 0,
      [
        ("s", .sound(wav: [1, 2, 3], sampleRate: 16000, samples: 1)),
        ("p", .picture(png: [9, 8], width: 420, height: 200)),
      ])
    let summary = fields(fields(bytes.dropFirst(12).dropLast(4))[2].value).map { fields($0.value) }
    #expect(summary.map { $0.map(\.field) } == [[1, 6], [1, 4]])
    let sound = fields(summary[0][1].value)
    #expect(sound.map(\.field) == [1, 2, 3, 4, 5] && Array(sound[3].value) == [1, 2, 3])
    #expect(Float(bitPattern: UInt32(little(sound[0].value))) == 16000)
    let picture = fields(summary[1][1].value)
    #expect(picture.map(\.field) == [1, 2, 3, 4] && Array(picture[3].value) == [9, 8])
    #expect(Array(picture[0].value) == [0xc8, 1] && Array(picture[1].value) == [0xa4, 3])  // 200, 420
  }
}
