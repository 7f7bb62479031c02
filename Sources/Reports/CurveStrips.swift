// Control curves under a spectrogram: a strip for the pitch, where there is one, and a strip for the level, over the same time.
internal import Glibc
internal import Signal

/// Strips of a picture. Pitch is drawn on a logarithmic axis of whole octaves, level in dB of full scale.
struct CurveStrips {
  /// Pixels of a strip, and of the space above it.
  static let (height, gap) = (72, 10)

  private struct Strip {
    /// A value in 0 ... 1 for each frame; nil where there is none.
    let values: [Double?]
    /// Heights, 0 ... 1, with their labels.
    let marks: [(place: Double, label: String)]
  }
  private let strips: [Strip]

  /// Pixels under the spectrogram.
  var height: Int { strips.count * (Self.height + Self.gap) }

  init(_ curves: ControlCurves?) {
    var strips: [Strip] = []
    if let curves, curves.frames > 0 {
      if let pitch = curves.channels.firstIndex(of: .pitch) {
        let voicing = curves.channels.firstIndex(of: .voicing).map { curves.curve($0) }
        strips.append(Self.pitch(curves.curve(pitch), voicing))
      }
      if let loudness = curves.channels.firstIndex(of: .loudness) {
        strips.append(Self.level(curves.curve(loudness)))
      }
    }
    self.strips = strips
  }

  private static func pitch(_ octaves: [Float], _ voicing: [Float]?) -> Strip {
    let shown = octaves.indices.map { voicing?[$0] == 0 ? nil : Double(octaves[$0]) }
    let known = shown.compactMap { $0 }
    let low = (known.min() ?? 0).rounded(.down)
    let high = max(low + 1, (known.max() ?? 1).rounded(.up))
    let marks = stride(from: low, through: high, by: 1).map { octave -> (Double, String) in
      let hertz = 440 * exp2(octave)
      let text = hertz < 1000 ? "\(Int(hertz.rounded()))" : "\(NumberText.fixed(hertz / 1000, 1))k"
      // What the strip shows, once.
      let unit = octave < high ? "" : hertz < 1000 ? " Hz" : "Hz"
      return ((octave - low) / (high - low), text + unit)
    }
    return Strip(values: shown.map { $0.map { ($0 - low) / (high - low) } }, marks: marks)
  }

  private static func level(_ values: [Float]) -> Strip {
    Strip(
      values: values.map { min(1, max(0, (20 * Double($0) + 40) / 80)) },
      marks: [-80, -60, -40, -20, 0].map { (Double($0 + 80) / 80, $0 == 0 ? "0 dB" : "\($0)") })
  }

  /// Draws all strips, the first one's top at the row `top`, over the columns `left` ..< `left + width`.
  func draw(_ picture: inout PNG, top: Int, left: Int, width: Int, ink: UInt8, grid: UInt8, curve: UInt8) {
    for (index, strip) in strips.enumerated() {
      let bottom = top + index * (Self.height + Self.gap) + Self.gap + Self.height - 1
      func row(_ value: Double) -> Int { bottom - Int((value * Double(Self.height - 1)).rounded()) }
      for mark in strip.marks {
        for x in left..<left + width { picture.pixels[row(mark.place) * picture.width + x] = grid }
        TinyFont.draw(mark.label, right: left - 7, top: row(mark.place) - 2, ink: ink, &picture)
      }
      var last: Int?
      for x in 0..<width {
        guard let value = strip.values[x * strip.values.count / width] else {
          last = nil
          continue
        }
        let y = row(value)
        // A jump is drawn as a line, so that the curve has no holes.
        for between in min(y, last ?? y)...max(y, last ?? y) {
          picture.pixels[between * picture.width + left + x] = curve
          if between > 0 { picture.pixels[(between - 1) * picture.width + left + x] = curve }
        }
        last = y
      }
    }
  }
}
