// FLAC streams of equal size: metadata blocks of the type PADDING, which every decoder skips (RFC 9639, 8.3), behind the
// STREAMINFO block, which comes first in every stream (8.2). For sounds whose sizes must not tell them apart. libsndfile, which
// encodes the streams, writes no such blocks.

package enum FLACPadding {
  /// What a block takes beside its zeros.
  private static let header = 4
  /// A block's length has 24 bits.
  private static let mostZeros = 1 << 24 - 1
  /// "fLaC", a header and 34 bytes.
  private static let streamInfoEnd = 42

  /// All as long as the longest, and `header` bytes: a stream that needs no padding has a block of it too.
  package static func equalised(_ streams: [[UInt8]]) -> [[UInt8]] {
    let size = (streams.map(\.count).max() ?? 0) + header
    return streams.map { padded($0, to: size) }
  }

  private static func padded(_ stream: [UInt8], to size: Int) -> [UInt8] {
    precondition(
      stream.count >= streamInfoEnd && stream.starts(with: Array("fLaC".utf8)) && stream[4] & 0x7F == 0,
      "no FLAC stream: \(stream.prefix(8))")
    var blocks: [UInt8] = []
    var rest = size - stream.count
    while rest > 0 {
      // What is left over has to hold a header of its own.
      var length = min(rest, header + mostZeros)
      if (1..<header).contains(rest - length) { length -= header }
      let zeros = length - header
      blocks += [1, UInt8(zeros >> 16), UInt8(zeros >> 8 & 0xFF), UInt8(zeros & 0xFF)]
      blocks += [UInt8](repeating: 0, count: zeros)
      rest -= length
      // The last of all blocks says so.
      if rest == 0 && stream[4] & 0x80 != 0 { blocks[blocks.count - length] |= 0x80 }
    }
    var result = Array(stream[..<streamInfoEnd])
    result[4] &= 0x7F
    return result + blocks + stream[streamInfoEnd...]
  }
}
