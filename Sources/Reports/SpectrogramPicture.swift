// A spectrogram as a picture: time to the right, frequency upwards on a logarithmic or linear axis, both with ticks.

internal import Glibc
package import Signal

/// How to draw a spectrogram.
package struct SpectrogramPicture: Sendable {
  /// Size of the field without its margins, in pixels.
  package var width = 800
  package var height = 320
  /// Frequencies at the bottom and at the top, in Hz; the top is at most half the sample rate.
  package var lowest = 50.0
  package var highest = 8000.0
  /// Logarithmic frequency axis.
  package var isLogarithmic = true
  /// How many dB below the loudest point are black.
  package var range = 80.0
  /// Samples per frame, a power of two.
  package var window = 2048
  package init() {}

  private static let margin = (left: 40, bottom: 16, other: 6)
  /// Colours 0 ..< 250 from black to white, then the background, the ink of the margins, lines and curves on the background.
  private static let shades = 250
  private static let paper: UInt8 = 250
  private static let ink: UInt8 = 251
  private static let grid: UInt8 = 252
  private static let curve: UInt8 = 253

  /// The picture of a clip as the bytes of a PNG file.
  /// - curves: pitch and level, to be drawn below over the same time
  package func png(_ clip: Clip, curves: ControlCurves? = nil) -> [UInt8] {
    let margin = SpectrogramPicture.margin
    let strips = CurveStrips(curves)
    var picture = PNG(
      width: margin.left + width + margin.other,
      height: margin.other + height + strips.height + margin.bottom,
      palette: SpectrogramPicture.palette)
    for i in picture.pixels.indices { picture.pixels[i] = SpectrogramPicture.paper }
    let hop = max(1, clip.samples.count / width)
    let spectrogram = Spectrogram(clip, window: window, hop: hop)
    let loudest = max(-120, spectrogram.levels.max() ?? -120)
    let top = min(highest, Double(clip.sampleRate) / 2)
    let bins = (0...height).map { row in
      frequency(row, top) * Double(window) / Double(clip.sampleRate)
    }
    for x in 0..<width where spectrogram.frames > 0 {
      let frame = min(spectrogram.frames - 1, x * spectrogram.frames / width)
      for row in 0..<height {
        // The loudest bin of those that this pixel covers, or between two bins where a pixel is narrower.
        let low = min(spectrogram.bins - 1, Int(bins[row].rounded()))
        let high = min(spectrogram.bins, max(low + 1, Int(bins[row + 1].rounded())))
        let level = spectrogram.levels[(frame * spectrogram.bins + low)..<(frame * spectrogram.bins + high)]
          .max()!
        let shade = (1 + Double(level - loudest) / range) * Double(SpectrogramPicture.shades - 1)
        let index = (margin.other + height - 1 - row) * picture.width + margin.left + x
        picture.pixels[index] = UInt8(max(0, min(shade, Double(SpectrogramPicture.shades - 1))))
      }
    }
    strips.draw(
      &picture, top: margin.other + height, left: margin.left, width: width, ink: SpectrogramPicture.ink,
      grid: SpectrogramPicture.grid, curve: SpectrogramPicture.curve)
    drawAxes(&picture, seconds: clip.seconds, top: top)
    return picture.bytes
  }

  /// Frequency of the lower edge of a row, counted from the bottom, in Hz.
  private func frequency(_ row: Int, _ top: Double) -> Double {
    let part = Double(row) / Double(height)
    return isLogarithmic ? lowest * pow(top / lowest, part) : lowest + (top - lowest) * part
  }

  private func drawAxes(_ picture: inout PNG, seconds: Double, top: Double) {
    let margin = SpectrogramPicture.margin
    let marks: [Double] = [
      50, 100, 200, 500, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 10000, 16000, 20000,
    ]
    var lastRow = -100
    for hz in marks where hz >= lowest && hz <= top {
      let part = isLogarithmic ? log(hz / lowest) / log(top / lowest) : (hz - lowest) / (top - lowest)
      let row = Int((part * Double(height)).rounded())
      if row - lastRow < 12 { continue }
      lastRow = row
      let y = margin.other + height - 1 - min(row, height - 1)
      for x in margin.left - 4..<margin.left {
        picture.pixels[y * picture.width + x] = SpectrogramPicture.ink
      }
      let label = hz >= 1000 ? "\(Int(hz / 1000))k" : "\(Int(hz))"
      TinyFont.draw(
        label, right: margin.left - 7, top: min(max(y - 2, 0), picture.height - 6),
        ink: SpectrogramPicture.ink, &picture)
    }
    guard seconds > 0 else { return }
    let step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 3600].first { seconds / $0 <= 10 } ?? 7200
    for mark in 0...Int(seconds / step + 1e-9) {
      let time = Double(mark) * step
      let x = margin.left + min(width - 1, Int(time / seconds * Double(width)))
      for y in picture.height - margin.bottom..<picture.height - margin.bottom + 4 {
        picture.pixels[y * picture.width + x] = SpectrogramPicture.ink
      }
      let label = step < 1 ? "\((time * 10).rounded() / 10)" : "\(Int(time))"
      let right = min(x + TinyFont.width(label) / 2, picture.width - 1)
      TinyFont.draw(
        label + (mark == 0 ? "s" : ""), right: right + (mark == 0 ? 4 : 0), top: picture.height - 10,
        ink: SpectrogramPicture.ink, &picture)
    }
  }

  /// Black, blue, violet, orange, yellow, white; then paper and ink.
  private static let palette: [UInt32] = {
    let stops: [(Double, Double, Double)] = [
      (0, 0, 0), (24, 18, 90), (120, 30, 120), (220, 70, 70), (250, 160, 40), (252, 230, 120),
      (255, 255, 245),
    ]
    let ramp = (0..<shades).map { index -> UInt32 in
      let position = Double(index) / Double(shades - 1) * Double(stops.count - 1)
      let k = min(stops.count - 2, Int(position))
      let part = position - Double(k)
      func mix(_ a: Double, _ b: Double) -> UInt32 { UInt32((a + (b - a) * part).rounded()) }
      let (a, b) = (stops[k], stops[k + 1])
      return mix(a.0, b.0) << 16 | mix(a.1, b.1) << 8 | mix(a.2, b.2)
    }
    return ramp + [0xFFFFFF, 0x202020, 0xDDDDDD, 0x1F6FEB]
  }()
}

/// Digits and units of 3 x 5 pixels for the axes.
enum TinyFont {
  /// Rows from the top, three bits each.
  private static let glyphs: [Character: [UInt8]] = [
    "0": [7, 5, 5, 5, 7], "1": [2, 6, 2, 2, 7], "2": [7, 1, 7, 4, 7], "3": [7, 1, 3, 1, 7],
    "4": [5, 5, 7, 1, 1],
    "5": [7, 4, 7, 1, 7], "6": [7, 4, 7, 5, 7], "7": [7, 1, 2, 2, 2], "8": [7, 5, 7, 5, 7],
    "9": [7, 5, 7, 1, 7],
    "H": [5, 5, 7, 5, 5], "z": [0, 7, 3, 6, 7], "d": [1, 1, 7, 5, 7], "B": [6, 5, 6, 5, 6],
    ".": [0, 0, 0, 0, 2], "k": [4, 5, 6, 6, 5], "s": [0, 3, 6, 3, 6], "-": [0, 0, 7, 0, 0],
  ]

  /// Pixels that a text takes.
  static func width(_ text: String) -> Int { max(0, 4 * text.count - 1) }

  /// Draws a text that ends at the column `right`; what does not fit on the picture is left out.
  static func draw(_ text: String, right: Int, top: Int, ink: UInt8, _ picture: inout PNG) {
    var x = right - width(text) + 1
    for character in text {
      for (row, bits) in (glyphs[character] ?? []).enumerated() {
        for column in 0..<3 where bits >> UInt8(2 - column) & 1 == 1 {
          let (px, py) = (x + column, top + row)
          if px >= 0 && px < picture.width && py >= 0 && py < picture.height {
            picture.pixels[py * picture.width + px] = ink
          }
        }
      }
      x += 4
    }
  }
}
