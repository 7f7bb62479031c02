// The event file of a training run as TensorBoard reads it: records of its own framing around messages of protocol buffers.
// Only what such a file needs; the formats: tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto,
// tensorflow/core/framework/summary.proto. Read back by the real TensorBoard: Tests/Peers/tensorboard_reads.py.

/// Bytes of one event file, record by record. A namespace.
package enum EventRecords {
  package enum Value: Sendable {
    case scalar(Double)
    /// 16-bit mono WAV.
    case sound(wav: [UInt8], sampleRate: Int, samples: Int)
    case picture(png: [UInt8], width: Int, height: Int)
  }

  /// What a file begins with. `time` is in seconds since 1970.
  package static func header(time: Double) -> [UInt8] {
    record(fixed(1, time) + bytes(3, Array("brain.Event:2".utf8)))
  }

  /// What was measured at one step, each under a name: "bits/held-out" groups it with what begins alike.
  package static func event(step: Int, time: Double, _ values: [(tag: String, value: Value)]) -> [UInt8] {
    let summary = values.flatMap { bytes(1, bytes(1, Array($0.tag.utf8)) + $0.value.message) }
    return record(fixed(1, time) + number(2, step) + bytes(5, summary))
  }

  // MARK: framing

  /// Length, its checksum, the data, its checksum; little-endian.
  static func record(_ data: [UInt8]) -> [UInt8] {
    let length = little(UInt64(data.count), 8)
    return length + little(UInt64(maskedChecksum(length)), 4) + data + little(UInt64(maskedChecksum(data)), 4)
  }

  static func maskedChecksum(_ data: [UInt8]) -> UInt32 {
    let sum = checksum(data)
    return (sum >> 15 | sum << 17) &+ 0xa282_ead8
  }

  /// CRC-32C (Castagnoli), reflected.
  static func checksum(_ data: [UInt8]) -> UInt32 {
    ~data.reduce(~0) { sum, byte in sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 0 ? 0 : 0x82f6_3b78) }
  }

  // MARK: protocol buffers

  fileprivate static func number(_ field: Int, _ value: Int) -> [UInt8] { varint(field << 3) + varint(value) }

  fileprivate static func fixed(_ field: Int, _ value: Double) -> [UInt8] {
    varint(field << 3 | 1) + little(value.bitPattern, 8)
  }

  fileprivate static func fixed(_ field: Int, _ value: Float) -> [UInt8] {
    varint(field << 3 | 5) + little(UInt64(value.bitPattern), 4)
  }

  fileprivate static func bytes(_ field: Int, _ value: [UInt8]) -> [UInt8] {
    varint(field << 3 | 2) + varint(value.count) + value
  }

  /// Seven bits a byte, the lowest first.
  private static func varint(_ value: Int) -> [UInt8] {
    precondition(value >= 0, "\(value) is negative")
    var (rest, result) = (value, [UInt8]())
    while rest > 127 {
      result.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }

  private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
}

extension EventRecords.Value {
  /// Fields of Summary.Value.
  fileprivate var message: [UInt8] {
    typealias E = EventRecords
    switch self {
    case .scalar(let value): return E.fixed(2, Float(value))
    case .picture(let png, let width, let height):
      // Four channels a pixel or not, the picture itself says.
      return E.bytes(4, E.number(1, height) + E.number(2, width) + E.number(3, 3) + E.bytes(4, png))
    case .sound(let wav, let rate, let samples):
      return E.bytes(
        6,
        E.fixed(1, Float(rate)) + E.number(2, 1) + E.number(3, samples) + E.bytes(4, wav)
          + E.bytes(5, Array("audio/wav".utf8)))
    }
  }
}
