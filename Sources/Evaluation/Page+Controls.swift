// The page's section for models that are told something: how their clips do it, beside recordings and chance, and for the
// first few clips the curves that were wanted and those that are heard.
internal import Files
internal import Glibc
internal import Reports
internal import Signal

extension Page {
  var controls: [Document.Block] {
    guard let controls = report.controls else { return [] }
    let untold = report.untoldBitsPerSample.map {
      " Told nothing, the model needs \(NumberText.fixed($0, 3)) bits per sample."
    }
    var blocks: [Document.Block] = [
      .heading("What it does of what it is told"),
      .lead(
        "\(NumberText.count(controls.clips, "clip")) follow the curves of held-out recordings. Pitch in cents away from what "
          + "was wanted, over frames that have one in both; missing and unwanted are frames with a pitch in only one. Level "
          + "where more than -40 dB was wanted, pauses by the level that most of them stay below. The floor is the "
          + "recordings beside their own curves, chance another recording's curves." + (untold ?? "")),
      .tiles(tiles(controls)), .table(table(controls)),
    ]
    let plots = controls.shown.enumerated().flatMap { Page.curves($1, clip: $0 + 1) }
    if !plots.isEmpty { blocks += [.key([(.generated, "heard"), (.heldOut, "wanted")])] + plots }
    return blocks
  }

  private func tiles(_ controls: ControlReport) -> [Document.Tile] {
    func faults(_ count: Int, _ words: String) -> Document.Tile {
      .init("\(count)", words, count > 0 ? .bad : .good)
    }
    return [
      faults(controls.silentClips, "silent clips, of \(controls.clips)"),
      faults(controls.clicks, "clicks; \(controls.clicksInRecordings) in the recordings"),
    ]
  }

  private func table(_ controls: ControlReport) -> Table {
    func percent(_ share: Double?) -> String {
      share.map { NumberText.fixed(100 * $0, 1) + "\u{A0}%" } ?? NumberText.nothing
    }
    func row(
      _ name: String, _ a: CurveAgreement, _ weight: Table.Row.Weight, _ hue: Document.Hue? = nil
    ) -> Table.Row {
      .init(
        [
          name, NumberText.fixed(a.pitchCentsMedian, 1), NumberText.fixed(a.pitchCents95, 1),
          percent(a.pitchWithin50Cents), percent(a.pitchMissing), percent(a.pitchUnwanted),
          NumberText.fixed(a.levelDbMedian, 1), NumberText.fixed(a.pauseLevelDb, 1),
        ], weight: weight, hue: hue)
    }
    let labels = controls.labels.map { label in
      let nearest =
        label.nearestToOwn.map { "; \($0) of \(label.clips) sound most like its recordings" } ?? ""
      return row("label \(FileName.shown(label.label))\(nearest)", label.agreement, .plain)
    }
    let real =
      controls.agreement.frames == 0
      ? []
      : [row("floor: the recordings themselves", controls.recordings, .soft)]
        + (controls.others.map { [row("chance: another recording", $0, .soft)] } ?? [])
    return Table(
      "",
      [
        .text("clips"), .number("cents"), .number("95 %"), .number("within 50"), .number("missing"),
        .number("unwanted"), .number("level dB"), .number("pauses dB"),
      ],
      rows: [row("generated", controls.agreement, .strong, .generated)] + labels + real
    ).withoutEmptyColumns
  }

  // MARK: curves

  /// Points of a curve; there are no more pixels.
  private static let most = 400

  private static func curves(_ shown: ControlReport.Shown, clip: Int) -> [Document.Block] {
    let name = "clip \(clip): \(FileName.shown(shown.source))"
    return [pitches(shown, name), levels(shown, name)].compactMap { $0 }.map { .curves($0) }
  }

  /// Nil without pitch.
  private static func pitches(_ shown: ControlReport.Shown, _ name: String) -> CurvePlot? {
    let curves = [(shown.heard, Document.Hue.generated), (shown.wanted, .heldOut)].flatMap { curves, hue in
      stretches(curves).map { CurvePlot.Curve($0, hue: hue, marksPoints: false) }
    }
    let heights = curves.flatMap { $0.points.map(\.y) }
    guard let lowest = heights.min(), let highest = heights.max() else { return nil }
    // Whole octaves around A4.
    let (low, high) = (log2(lowest / 440).rounded(.down), log2(highest / 440).rounded(.up))
    let octaves = Array(stride(from: low, through: max(high, low + 1), by: 1)).map { 440 * exp2($0) }
    return CurvePlot(
      title: "Pitch wanted and heard, \(name)", caption: "Pitch in Hz over seconds",
      across: seconds(shown.wanted),
      up: Axis(octaves[0]...octaves[octaves.count - 1], ticks: octaves, title: "", isLogarithmic: true) {
        NumberText.fixed($0, 0)
      }, curves: curves)
  }

  /// Nil without levels.
  private static func levels(_ shown: ControlReport.Shown, _ name: String) -> CurvePlot? {
    let curves = [(shown.heard, Document.Hue.generated), (shown.wanted, .heldOut)].compactMap {
      curves, hue -> CurvePlot.Curve? in
      guard let levels = curves.decibels, !levels.isEmpty else { return nil }
      return .init(
        places(levels.count).map { (x: curves.time($0), y: levels[$0]) }, hue: hue, marksPoints: false)
    }
    if curves.isEmpty { return nil }
    return CurvePlot(
      title: "Level wanted and heard, \(name)", caption: "Level in dB of full scale over seconds",
      across: seconds(shown.wanted),
      up: Axis(-80...0, ticks: [-80, -60, -40, -20, 0], title: "") { NumberText.fixed($0, 0) },
      curves: curves)
  }

  /// Pitch in Hz over time, where there is one: a curve for each stretch.
  private static func stretches(_ curves: ControlCurves) -> [[(x: Double, y: Double)]] {
    guard let pitch = curves.curve(of: .pitch), let voicing = curves.curve(of: .voicing) else { return [] }
    var stretches: [[(x: Double, y: Double)]] = []
    var isOpen = false
    for k in places(curves.frames) {
      let isVoiced = voicing[k] >= 0.5
      if isVoiced && !isOpen { stretches.append([]) }
      if isVoiced { stretches[stretches.count - 1].append((curves.time(k), 440 * exp2(Double(pitch[k])))) }
      isOpen = isVoiced
    }
    return stretches
  }

  private static func places(_ frames: Int) -> [Int] {
    Array(stride(from: 0, to: frames, by: max(1, (frames + most - 1) / most)))
  }

  private static func seconds(_ curves: ControlCurves) -> Axis {
    .amounts(upTo: Double(curves.frames * curves.frame) / Double(curves.sampleRate), title: "")
  }
}
