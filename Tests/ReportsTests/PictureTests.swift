// Pictures: checksums, a reader of our own PNG files, and the spectrogram of a tone.

import Foundation
import Signal
import Testing

@testable import Reports

@Suite struct PictureTests {
  @Test func checksums() {
    #expect(PNG.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(PNG.crc32(Array("IEND".utf8)) == 0xAE42_6082)
    #expect(PNG.adler32(Array("Wikipedia".utf8)) == 0x11E6_0398)
    #expect(PNG.adler32([]) == 1)
  }

  /// Width, height, and pixels of a PNG as this writes it; nil if anything is out of place.
  func decode(_ bytes: [UInt8]) -> (Int, Int, [UInt8])? {
    func word(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    guard bytes.prefix(8).elementsEqual([137, 80, 78, 71, 13, 10, 26, 10]) else { return nil }
    var (at, size, data, kinds) = (8, (0, 0), [UInt8](), [String]())
    while at < bytes.count {
      let length = word(at)
      let body = Array(bytes[at + 4..<at + 8 + length])
      guard word(at + 8 + length) == Int(PNG.crc32(body)) else { return nil }
      let kind = String(decoding: body[..<4], as: UTF8.self)
      kinds.append(kind)
      if kind == "IHDR" { size = (word(at + 8), word(at + 12)) }
      if kind == "IDAT" { data = Array(body[4...]) }
      at += length + 12
    }
    guard kinds == ["IHDR", "PLTE", "IDAT", "IEND"], (Int(data[0]) << 8 | Int(data[1])) % 31 == 0 else {
      return nil
    }
    var rows: [UInt8] = []
    at = 2
    while true {
      let count = Int(data[at + 1]) | Int(data[at + 2]) << 8
      guard count ^ 0xFFFF == Int(data[at + 3]) | Int(data[at + 4]) << 8 else { return nil }
      rows += data[at + 5..<at + 5 + count]
      at += 5 + count
      if data[at - count - 5] == 1 { break }
    }
    guard at == data.count - 4, rows.count == (size.0 + 1) * size.1 else { return nil }
    var pixels: [UInt8] = []
    for y in 0..<size.1 {
      guard rows[y * (size.0 + 1)] == 0 else { return nil }
      pixels += rows[y * (size.0 + 1) + 1..<(y + 1) * (size.0 + 1)]
    }
    return (size.0, size.1, pixels)
  }

  @Test(arguments: [(1, 1), (3, 2), (254, 257), (300, 400)]) func picturesComeBack(width: Int, height: Int)
    throws
  {
    var picture = PNG(width: width, height: height, palette: (0..<256).map { UInt32($0) * 0x010101 })
    var generator = PhiloxGenerator(seed: 1, stream: 0)
    for i in picture.pixels.indices { picture.pixels[i] = .random(in: 0...255, using: &generator) }
    let decoded = try #require(decode(picture.bytes))
    #expect(decoded.0 == width && decoded.1 == height && decoded.2 == picture.pixels)
  }

  @Test func spectrogramPicture() throws {
    var options = SpectrogramPicture()
    options.width = 200
    options.height = 100
    options.isLogarithmic = false
    options.lowest = 0
    let law = MuLaw(levels: 256)
    let tone = (0..<16000).map { Float(0.5 * sin(2 * .pi * 2000 * Double($0) / 16000)) }
    let clip = Clip(samples: law.decode(law.encode(tone)), sampleRate: 16000)
    let (width, height, pixels) = try #require(decode(options.png(clip)))
    #expect(width == 246 && height == 122)
    // The brightest row is a quarter from the bottom.
    let column = (0..<100).map { pixels[(6 + $0) * width + 140] }
    #expect(abs(column.firstIndex(of: column.max()!)! - 74) <= 1)
    #expect(column[10] < column.max()! / 2 + 20)
    for odd in [Clip(samples: [], sampleRate: 16000), Clip(samples: [0.5], sampleRate: 8000)] {
      #expect(decode(SpectrogramPicture().png(odd)) != nil)
    }
  }
}
