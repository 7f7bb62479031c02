// What `synth evaluate` prints for people: the figures of an EvaluationReport as tables.
import Corpus
import Evaluation
import Files
import Reports
import Signal

enum EvaluationTable {
  /// - listsFiles: whether each file has its line, however many there are
  static func print(_ report: EvaluationReport, listsFiles: Bool) throws {
    try bits(report.bits, listsFiles: listsFiles)
    try labels(report.bits)
    if let generated = report.generated {
      try Terminal.print("")
      try Terminal.print("generated: \(generated.command)")
    }
    if let tones = report.tones { try self.tones(tones) }
    if let untold = report.untoldBitsPerSample {
      try Terminal.print("told nothing, the model needs \(NumberText.fixed(untold, 3)) bits per sample")
    }
    if let controls = report.controls { try self.controls(controls) }
    if let comparison = report.comparison { try self.comparison(comparison) }
    if let memorization = report.memorization, let verdict = report.memorizationVerdict {
      try self.memorization(memorization, verdict)
    }
  }

  private static func number(_ value: Double?, _ digits: Int, _ width: Int = 11) -> String {
    NumberText.right(value.map { NumberText.fixed($0, digits) } ?? "-", width)
  }

  private static func bits(_ report: BitsReport, listsFiles: Bool) throws {
    func row(_ name: String, _ bits: Double, _ b: Baselines) -> String {
      [bits, b.linearPredictor, b.bigram, b.unigram].map { number($0, 3) }.joined() + "  " + name
    }
    try Terminal.print("bits per sample:")
    try Terminal.print(
      ["model", "linear 32", "bigram", "unigram"].map { NumberText.right($0, 11) }.joined() + "  clip")
    if report.files.count > 1 {
      let rows = report.files.map { row($0.path, $0.bitsPerSample, $0.baselines) }
      try Terminal.list(rows, of: "files", all: listsFiles, most: 40, hint: "--list shows all") {
        try Terminal.print($0)
      }
    }
    let all =
      report.files.count == 1
      ? report.files[0].path : "all \(report.files.count), \(NumberText.clock(report.seconds))"
    try Terminal.print(row(all, report.bitsPerSample, report.baselines))
    if let some = report.comparisonOfSome {
      let figures = [some.bitsPerSample, some.linearPredictor, nil, nil].map { number($0, 3) }.joined()
      try Terminal.print(figures + "  the \(some.files) of them that are long enough to compare")
    }
    if let interval = report.interval {
      try Terminal.print(
        "model: \(NumberText.fixed(interval.low, 3)) to \(NumberText.fixed(interval.high, 3)) (\(report.intervalNote))"
      )
    } else {
      try Terminal.print("model: \(report.intervalNote)")
    }
    if let difference = report.comparison, let interval = difference.interval {
      try Terminal.print(
        "model minus linear 32: \(NumberText.fixed(difference.difference, 3)), "
          + "\(NumberText.fixed(interval.low, 3)) to \(NumberText.fixed(interval.high, 3))")
    }
    try Terminal.print(report.verdict)
  }

  /// How well each label is predicted.
  private static func labels(_ report: BitsReport) throws {
    if report.labels.isEmpty { return }
    try Terminal.print("bits per sample by label:")
    try Terminal.print(
      ["model", "linear 32", "difference"].map { NumberText.right($0, 11) }.joined() + "  label")
    for row in report.labels {
      let comparison = row.versusLinearPredictor
      try Terminal.print(
        [row.compared, comparison?.linearPredictor, comparison?.difference].map { number($0, 3) }
          .joined()
          + "  \(row.label.map(FileName.shown) ?? "(no label)"), \(row.comparedClips) \(row.clips == 1 ? "clip" : "clips"), "
          + NumberText.clock(row.seconds))
    }
    if let verdict = report.labelVerdict { try Terminal.print(verdict) }
  }

  private static func controls(_ report: ControlReport) throws {
    try Terminal.print(
      "how \(NumberText.count(report.clips, "clip")) \(report.clips == 1 ? "follows" : "follow") held-out curves:"
    )
    if report.agreement.frames == 0 { return try likeness(report) }
    let columns = ["cents", "95 %", "within 50", "missing", "unwanted", "level dB", "pauses dB"]
    try Terminal.print(columns.map { NumberText.right($0, 11) }.joined())
    func percent(_ share: Double?) -> String { share.map { NumberText.fixed(100 * $0, 1) + " %" } ?? "-" }
    func row(_ name: String, _ a: CurveAgreement) -> String {
      [
        NumberText.fixed(a.pitchCentsMedian, 1), NumberText.fixed(a.pitchCents95, 1),
        percent(a.pitchWithin50Cents),
        percent(a.pitchMissing), percent(a.pitchUnwanted), NumberText.fixed(a.levelDbMedian, 1),
        NumberText.fixed(a.pauseLevelDb, 1),
      ].map { NumberText.right($0, 11) }.joined() + "  " + name
    }
    try Terminal.print(row("generated", report.agreement))
    try Terminal.print(row("floor: the recordings themselves", report.recordings))
    if let others = report.others { try Terminal.print(row("chance: another recording", others)) }
    for label in report.labels {
      let nearest = label.nearestToOwn.map { "; \($0) of \(label.clips) sound most like it" } ?? ""
      try Terminal.print(row("label \(FileName.shown(label.label))\(nearest)", label.agreement))
    }
    try faults(report)
  }

  /// Of a model that is told neither pitch nor level.
  private static func likeness(_ report: ControlReport) throws {
    for label in report.labels {
      let nearest = label.nearestToOwn.map { "\($0) of \(label.clips) sound most like it" }
      try Terminal.print(
        "label \(FileName.shown(label.label)): \(nearest ?? NumberText.count(label.clips, "clip"))")
    }
    try faults(report)
  }

  private static func faults(_ report: ControlReport) throws {
    try Terminal.print(
      "silent clips: \(report.silentClips) of \(report.clips); clicks: \(report.clicks), in the recordings "
        + "\(report.clicksInRecordings)")
  }

  private static func tones(_ report: ToneReport) throws {
    try Terminal.print("against \(report.against):")
    try Terminal.print(["median", "worst"].map { NumberText.right($0, 11) }.joined())
    let figures: [(String, ToneReport.Figure, Int)] = [
      ("cents out of tune, of \(NumberText.count(report.cents.count, "partial"))", report.cents, 2),
      ("dB off the level", report.levelErrorDb, 2), ("dB above everything else", report.snrDb, 1),
      ("dB above everything else, in frames of 100 ms", report.framedSnrDb, 1),
      ("dB from loudest to softest second", report.driftDb, 2), ("DC", report.dc, 5),
    ]
    for (name, figure, digits) in figures where figure.count > 0 {
      try Terminal.print(number(figure.median, digits) + number(figure.worst, digits) + "  " + name)
    }
    var faults: [String] = []
    if let missing = report.missing {
      faults.append(
        "\(NumberText.count(missing, "partial")) missing in \(NumberText.count(report.clipsWithMissing, "clip"))"
      )
    }
    faults += [
      "\(report.extra) too many in \(NumberText.count(report.clipsWithExtra, "clip"))",
      "\(NumberText.count(report.clicks, "click")) in \(NumberText.count(report.clipsWithClicks, "clip"))",
      "\(report.silentClips) silent", "\(report.clipsWithoutPartials) without partials",
    ]
    try Terminal.print(
      "of \(NumberText.count(report.clips.count, "clip")): \(faults.joined(separator: ", "))")
  }

  private static func comparison(_ report: SoundComparison) throws {
    try Terminal.print("distances:")
    try Terminal.print(["spectrum", "loudness", "onsets"].map { NumberText.right($0, 11) }.joined())
    let rows: [(String, SoundDistance?)] = [
      ("generated to held-out", report.generatedToHeldOut),
      ("generated to training", report.generatedToTraining),
      ("floor: training to held-out", report.trainingToHeldOut),
      ("floor: " + (report.heldOutFloor?.note ?? ""), report.heldOutFloor?.mean),
    ]
    for (name, distance) in rows {
      guard let distance else { continue }
      try Terminal.print(
        NumberText.right(NumberText.fixed(distance.spectrumDb, 1) + " dB", 11)
          + NumberText.right(NumberText.fixed(distance.loudnessDb, 1) + " dB", 11)
          + NumberText.right(NumberText.fixed(distance.onsetsPerSecond, 2) + " /s", 11) + "  " + name)
    }
  }

  private static func memorization(_ report: MemorizationReport, _ verdict: String) throws {
    try Terminal.print(
      "nearest training excerpt, \(NumberText.plain(report.excerptSeconds)) s each (1 is a copy, 0 nothing in common):"
    )
    try Terminal.print(["median", "highest"].map { NumberText.right($0, 11) }.joined())
    for (name, figure) in [("waveform", report.waveform), ("content", report.content)] {
      try Terminal.print(
        number(figure.generatedMedian, 3) + number(figure.generatedHighest, 3)
          + "  \(name), \(NumberText.count(report.generated.count, "generated excerpt"))")
      if figure.heldOutHighest == nil { continue }
      try Terminal.print(
        number(figure.heldOutMedian, 3) + number(figure.heldOutHighest, 3)
          + "  \(name), \(NumberText.count(report.heldOut.count, "held-out excerpt")): the floor")
    }
    try Terminal.print(verdict)
  }
}
