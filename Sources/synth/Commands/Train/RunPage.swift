// report.html of a run: where it stands, its curves, what it sounds like, what it is made of and what it cost. One file that needs
// no other. What it was trained on: RunPage+Recordings.swift.
import Evaluation
import Files
import Reports
import Signal
import Training
import WaveNet

struct RunPage {
  /// What the model sounded like at a step.
  struct Sample {
    let step: Int
    let clip: Clip
  }

  let folder: String
  let facts: RunFacts
  let lines: [MetricsLine]
  let samples: [Sample]
  /// What simple predictors need for the crops of each evaluation.
  let baselines: Baselines
  /// At the last evaluation of this session.
  let standing: Standing?
  /// Of the finished run.
  let measured: BitsReport?
  /// The step whose weights the finished run keeps, if not the last.
  let kept: Int?

  var html: String { document.html }

  static let picture: SpectrogramPicture = {
    var picture = SpectrogramPicture()
    (picture.width, picture.height) = (420, 200)
    return picture
  }()

  var document: Document {
    var document = Document(maker: "synth train", title: FileName.shown(folder))
    document.blocks = headline + curves + sounds + comparison + recordings + costs + settings
    document.footer =
      "Every number is in metrics.jsonl; the samples are in samples/, the best model up to now in checkpoints/best."
    return document
  }

  private var headline: [Document.Block] {
    guard let last = lines.last else {
      return [
        .text(
          "Nothing has been evaluated yet: the curves and the first sample come with the first evaluation.")
      ]
    }
    let words: String
    if let measured {
      words = "Of everything held out. \(measured.verdict)"
    } else {
      let place =
        "Of held-out crops, at step \(last.step), after \(NumberText.clock(last.seconds)) of training"
      words = place + (standing.map { ": " + $0.sentence + "." } ?? ".")
    }
    return [
      .headline(
        .init(
          value: NumberText.fixed(measured?.bitsPerSample ?? last.heldOutBits, 3), unit: "bits per sample",
          range: nil, words: words))
    ]
      + (kept.map {
        [.text("The model is that of step \($0), which predicts held-out sound better than the last one.")]
      } ?? [])
  }

  private var curves: [Document.Block] {
    let finite = lines.filter { $0.heldOutBits.isFinite && $0.trainBits.isFinite }
    guard finite.count > 1, let last = finite.last else { return [] }
    func plot(
      _ title: String, _ curves: [(hue: Document.Hue, values: [Double])],
      _ references: [(name: String, y: Double)] = []
    ) -> Document.Block {
      .curves(
        CurvePlot(
          title: title, across: .amounts(upTo: Double(last.step), title: "step"),
          up: .amounts(
            upTo: max(curves.flatMap(\.values).max() ?? 1, 1.08 * (references.map(\.y).max() ?? 0)), count: 5,
            title: ""),
          curves: curves.map { curve in
            .init(
              zip(finite, curve.values).map { (x: Double($0.step), y: $1) }, hue: curve.hue,
              marksPoints: finite.count <= 60)
          }, references: references))
    }
    var references: [(name: String, y: Double)] = [
      ("no model", baselines.uniform), ("unigram", baselines.unigram),
    ]
    if let linear = baselines.linearPredictor {
      references.append(("linear prediction of these crops", linear))
    }
    return [
      .heading("How it went"),
      .lead(
        "Bits per sample over the steps. Held out is what counts: clean crops of sound that is not trained on, by the averaged "
          + "weights. Training has noisy inputs, and wrong beginnings where the model is told what to play. The dashed lines are "
          + "what simple predictors need for the same held-out crops."
      ),
      .key([(.first, "held out"), (.second, "training")]),
      plot(
        "Bits per sample", [(.first, finite.map(\.heldOutBits)), (.second, finite.map(\.trainBits))],
        references),
      .key([(.third, "gradient norm")]), plot("Gradient norm", [(.third, finite.map(\.gradientNorm))]),
    ]
  }

  private var sounds: [Document.Block] {
    if samples.isEmpty { return [] }
    let figures = samples.map { sample -> Document.SoundFigure? in
      .init(name: "step \(sample.step)", clip: sample.clip, picture: Self.picture, hue: .first)
    }
    return [
      .heading("What it sounds like"),
      .lead("The same seed each time, so that what changes is what was learnt."),
    ]
      + stride(from: 0, to: figures.count, by: 2).map { i in
        .sounds([figures[i], i + 1 < figures.count ? figures[i + 1] : nil])
      }
      + (samples.last.map { Loudness.isSilent($0.clip) } == true
        ? [.notice("Silence", "The last sample \(Standing.silentSample).")] : [])
  }

  private var comparison: [Document.Block] {
    guard let measured else { return [] }
    let b = measured.baselines
    let entries: [(name: String, value: Double?, hue: Document.Hue)] = [
      ("this model", measured.bitsPerSample, .first), ("linear prediction, 32", b.linearPredictor, .second),
      ("bigram", b.bigram, .third), ("unigram", b.unigram, .third), ("no model", b.uniform, .third),
    ]
    let shown = entries.filter { $0.value?.isFinite == true }
    return [
      .heading("Beside simple predictors"),
      .lead(
        "Every sample of \(NumberText.clock(measured.seconds)) of held-out sound, and not just the crops of the curves above: the two "
          + "differ a little."),
      .plot(
        RowPlot(
          title: "Bits per sample", caption: "",
          axis: .amounts(upTo: shown.compactMap(\.value).max() ?? 1, title: ""),
          rows: shown.map {
            .init(label: $0.name, marks: [.bar($0.value!)], note: NumberText.fixed($0.value, 3), hue: $0.hue)
          })),
      .text(FileName.shown(Measurement.sentence(measured))),
    ]
  }

  private var costs: [Document.Block] {
    guard let last = lines.last else { return [] }
    let rate = Double(facts.configuration.sampleRate)
    return [
      .heading("What it cost"),
      .tiles(
        [
          .init(NumberText.clock(last.seconds), "of training"), .init("\(last.step)", "steps"),
          .init(
            NumberText.short(last.audioSecondsPerSecond), "seconds of sound learnt from in a second"),
          .init(NumberText.short(last.audioSecondsPerSecond * rate), "samples a second"),
          .init(NumberText.bytes(Machine.peakMemory), "of memory at most"),
          .init(NumberText.short(Double(facts.parameters)), "parameters"),
          .init("\(last.rollbacks)", "roll-backs"),
        ] + waiting),
    ] + (Machine.processor.map { [.lead("On \($0).")] } ?? [])
  }

  private var waiting: [Document.Tile] {
    guard let share = lines.last?.waitingShare else { return [] }
    return [.init("\(NumberText.fixed(100 * share, 1)) %", "of the time waiting for sound to learn from")]
  }

  private var settings: [Document.Block] {
    [
      .heading("What it is made of"),
      .table(
        Table(
          "", [.text("what"), .text("")],
          facts.lines(steps: lines.last?.step ?? 0).map { [$0.name, $0.value] })),
    ] + facts.commands.map { .code(FileName.shown($0)) }
  }
}
