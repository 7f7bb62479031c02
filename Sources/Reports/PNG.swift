// Pictures as PNG bytes (ISO/IEC 15948): 8-bit palette, rows unfiltered, deflate without compression. Enough for
// spectrograms in a README, without libpng and zlib to build with; no reader.

/// A picture of palette colours.
package struct PNG: Sendable {
  package let width: Int
  package let height: Int
  /// Colours as 0xRRGGBB, at most 256.
  package let palette: [UInt32]
  /// Palette index of each pixel. `[height, width]`, row-major, top row first.
  package var pixels: [UInt8]

  /// A picture filled with palette entry 0.
  package init(width: Int, height: Int, palette: [UInt32]) {
    precondition(
      width > 0 && height > 0 && width <= 1 << 16 && height <= 1 << 16, "\(width) x \(height) pixels")
    precondition(!palette.isEmpty && palette.count <= 256, "\(palette.count) colours")
    self.width = width
    self.height = height
    self.palette = palette
    pixels = [UInt8](repeating: 0, count: width * height)
  }

  /// The file.
  package var bytes: [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity((width + 1) * height)
    for y in 0..<height {
      rows.append(0)  // no filter
      rows += pixels[y * width..<(y + 1) * width]
    }
    let colours = palette.flatMap {
      [
        UInt8(truncatingIfNeeded: $0 >> 16), UInt8(truncatingIfNeeded: $0 >> 8),
        UInt8(truncatingIfNeeded: $0),
      ]
    }
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + PNG.chunk("IHDR", PNG.word(UInt32(width)) + PNG.word(UInt32(height)) + [8, 3, 0, 0, 0])
      + PNG.chunk("PLTE", colours) + PNG.chunk("IDAT", PNG.stored(rows)) + PNG.chunk("IEND", [])
  }

  /// zlib stream (RFC 1950, 1951) of stored blocks.
  static func stored(_ data: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let count = min(65535, data.count - start)
      let low = UInt8(count & 255)
      let high = UInt8(count >> 8)
      out += [start + count == data.count ? 1 : 0, low, high, ~low, ~high]
      out += data[start..<start + count]
      start += count
    } while start < data.count
    return out + word(adler32(data))
  }

  /// Checksum of zlib.
  static func adler32(_ data: [UInt8]) -> UInt32 {
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in data {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }

  /// Checksum of PNG chunks.
  static func crc32(_ data: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in data { crc = crcTable[Int((crc ^ UInt32(byte)) & 255)] ^ crc >> 8 }
    return ~crc
  }

  private static let crcTable: [UInt32] = (0..<256 as Range<UInt32>).map { n in
    (0..<8).reduce(n) { c, _ in c & 1 == 1 ? 0xEDB8_8320 ^ c >> 1 : c >> 1 }
  }

  private static func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(kind.utf8) + data
    return word(UInt32(data.count)) + body + word(crc32(body))
  }

  private static func word(_ v: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: v >> UInt32($0)) }
  }
}
