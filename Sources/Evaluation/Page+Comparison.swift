// The page's section for models of recordings: distances beside their floors, and the long-term spectra.
internal import Reports
internal import Signal

extension Page {
  var comparison: [Document.Block] {
    guard let comparison = report.comparison else { return [] }
    var bodies: [(name: String, body: SoundComparison.Body, hue: Document.Hue)] = [
      ("generated", comparison.generated, .generated), ("held-out", comparison.heldOut, .heldOut),
    ]
    if let training = comparison.training { bodies.append(("training", training, .training)) }
    return [
      .heading("Generated beside real sound"),
      .lead(
        "Spectrum: root mean square over third-octave bands of the difference of long-term levels, loudness taken out. "
          + "Loudness: how far the levels of 100 ms windows lie apart (Wasserstein). Onsets: difference of their rates. "
          + "The floors are real recordings against real ones: a model at the floor is as near as recordings are to one "
          + "another. The less sound there is, the more it differs by chance: training is more than was generated, and of the "
          + "held-out recordings as much as was generated is drawn \(SoundComparison.Floor.draws) times."),
    ] + command + [.table(distances(comparison)), .key(bodies.map { ($0.hue, $0.name) })]
      + spectra(comparison.bandsHz, bodies.map { ($0.body.spectrumDb, $0.hue) })
      + [
        .table(
          Table(
            "",
            [
              .text("sound"), .number("clips"), .number("seconds"), .number("onsets per s"),
              .number("level 10 %"), .number("50 %"), .number("90 %"),
            ],
            rows: bodies.map { name, body, hue in
              .init(
                [
                  name, "\(body.clips)", NumberText.fixed(body.seconds, 1),
                  NumberText.fixed(body.onsetsPerSecond, 2),
                ] + (0..<3).map { NumberText.fixed($0 < body.levelsDb.count ? body.levelsDb[$0] : nil, 1) },
                hue: hue)
            }))
      ]
  }

  private func distances(_ comparison: SoundComparison) -> Table {
    let entries: [(name: String, distance: SoundDistance?, weight: Table.Row.Weight)] = [
      ("generated to held-out", comparison.generatedToHeldOut, .strong),
      ("generated to training", comparison.generatedToTraining, .plain),
      ("floor: training to held-out", comparison.trainingToHeldOut, .soft),
      ("floor: \(comparison.heldOutFloor?.note ?? "")", comparison.heldOutFloor?.mean, .soft),
    ]
    return Table(
      "", [.text("distance"), .number("spectrum dB"), .number("loudness dB"), .number("onsets per s")],
      rows: entries.filter { $0.distance != nil }.map { entry in
        .init(
          [
            entry.name, NumberText.fixed(entry.distance?.spectrumDb, 1),
            NumberText.fixed(entry.distance?.loudnessDb, 1),
            NumberText.fixed(entry.distance?.onsetsPerSecond, 2),
          ], weight: entry.weight)
      })
  }

  private func spectra(
    _ bands: [Double], _ curves: [(levels: [Double], hue: Document.Hue)]
  ) -> [Document.Block] {
    guard let first = bands.first, let last = bands.last, last > first else { return [] }
    let lowest = max(
      SoundSummary.spectrumFloor, ((curves.flatMap(\.levels).min() ?? -60) / 10).rounded(.down) * 10)
    let frequencies = [50.0, 100, 200, 500, 1000, 2000, 5000, 10000, 20000].filter {
      $0 >= first && $0 <= last
    }
    let plot = CurvePlot(
      title: "Long-term spectrum, third octaves, dB below the whole",
      across: Axis(first...last, ticks: frequencies, title: "", isLogarithmic: true) { hz in
        hz >= 1000 ? "\(Int(hz / 1000)) kHz" : "\(Int(hz)) Hz"
      },
      up: Axis(
        min(lowest, -10)...0, ticks: Array(stride(from: 0, through: min(lowest, -10), by: -10)), title: "",
        label: { NumberText.fixed($0, 0) }),
      curves: curves.map { curve in
        .init(zip(bands, curve.levels).map { (x: $0, y: $1) }, hue: curve.hue)
      })
    return [.curves(plot)]
  }
}
