// The page's section for models of recordings: distances beside their floors, and the long-term spectra.
internal import Glibc
internal import Signal

extension Page {
  var comparison: String {
    guard let comparison = report.comparison else { return "" }
    let settings =
      report.generated.map { "<p class=\"lead\"><code>\(Markup.escaped($0.command))</code></p>" } ?? ""
    let entries: [(String, SoundDistance?, String)] = [
      ("generated to held-out", comparison.generatedToHeldOut, "all"),
      ("generated to training", comparison.generatedToTraining, ""),
      ("floor: training to held-out", comparison.trainingToHeldOut, "floor"),
      ("floor: \(comparison.heldOutHalves?.note ?? "")", comparison.heldOutHalves?.mean, "floor"),
    ]
    let shown = entries.filter { $0.1 != nil }
    let distances = Page.table(
      ["distance", "spectrum dB", "loudness dB", "onsets per s"],
      shown.map { name, distance, _ in
        [
          Markup.escaped(name), Text.fixed(distance?.spectrumDb, 1), Text.fixed(distance?.loudnessDb, 1),
          Text.fixed(distance?.onsetsPerSecond, 2),
        ]
      }, classes: shown.map(\.2))
    let bodies =
      [
        ("generated", comparison.generated, Colour.generated), ("held-out", comparison.heldOut, Colour.held),
      ] + (comparison.training.map { [("training", $0, Colour.training)] } ?? [])
    let levels = Page.table(
      ["", "clips", "seconds", "onsets per s", "level 10 %", "50 %", "90 %"],
      bodies.map { name, body, colour in
        [
          "<span class=\"key\" style=\"background:\(colour)\"></span>\(name)", "\(body.clips)",
          Text.fixed(body.seconds, 1),
          Text.fixed(body.onsetsPerSecond, 2),
        ] + body.levelsDb.map { Text.fixed($0, 1) }
      })
    return Page.section(
      "Generated beside real sound",
      "Spectrum: root mean square over third-octave bands of the difference of long-term levels, loudness taken out. "
        + "Loudness: how far the levels of 100 ms windows lie apart (Wasserstein). Onsets: difference of their rates. "
        + "The floors are real recordings against real ones: a model at the floor is as near as recordings are to one "
        + "another. Halves hold half as much sound, and differ a little more for that alone.",
      settings + distances + "<h3>Long-term spectrum, third octaves, dB below the whole</h3>"
        + Page.spectra(comparison.bandsHz, bodies.map { ($0.1.spectrumDb, $0.2) }) + levels)
  }

  private static func spectra(_ bands: [Double], _ curves: [(levels: [Double], colour: String)]) -> String {
    guard let first = bands.first, let last = bands.last, last > first else { return "" }
    let (left, right, top, bottom) = (50.0, 940.0, 8.0, 232.0)
    let lowest = max(
      SoundSummary.spectrumFloor, ((curves.flatMap(\.levels).min() ?? -60) / 10).rounded(.down) * 10)
    func x(_ hz: Double) -> Double { left + (right - left) * log(hz / first) / log(last / first) }
    func y(_ level: Double) -> Double { top + (bottom - top) * min(1, max(0, level / lowest)) }
    var plot = Plot(height: 260)
    for level in stride(from: 0, through: lowest, by: -10) {
      plot.line(left, y(level), right, y(level))
      plot.text(Text.fixed(level, 0), left - 8, y(level) + 4, .end)
    }
    for hz in [50.0, 100, 200, 500, 1000, 2000, 5000, 10000, 20000] where hz >= first && hz <= last {
      plot.line(x(hz), top, x(hz), bottom)
      plot.text(hz >= 1000 ? "\(Int(hz / 1000)) kHz" : "\(Int(hz)) Hz", x(hz), bottom + 18, .middle)
    }
    for curve in curves.reversed() {
      let points = zip(bands, curve.levels).map { (x: x($0), y: y($1)) }
      plot.path(points, curve.colour)
      for point in points { plot.dot(point.x, point.y, curve.colour, radius: 2.5, opacity: 1) }
    }
    return plot.svg("Long-term spectra")
  }
}
