// report.html of a run: where it stands, its curves, what it sounds like, what it is made of. One file that needs no other.
import Evaluation
import Files
import Reports
import Signal
import Training
import WaveNet

struct RunPage {
  /// A line of the table of settings.
  typealias Fact = (name: String, value: String)

  /// What the model sounded like at a step.
  struct Sample {
    let step: Int
    let clip: Clip
  }

  let folder: String
  let facts: [Fact]
  let lines: [MetricsLine]
  let samples: [Sample]
  /// Of the finished run.
  let measured: BitsReport?

  var html: String { document.html }

  static let picture: SpectrogramPicture = {
    var picture = SpectrogramPicture()
    (picture.width, picture.height) = (420, 200)
    return picture
  }()

  static func facts(_ plan: TrainingPlan) -> [Fact] {
    let (c, options) = (plan.configuration, plan.options)
    let field = Double(c.receptiveField) / Double(c.sampleRate) * 1000
    var facts: [Fact] = [
      ("corpus", FileName.shown(plan.description.corpus.name)),
      (
        "model",
        "\(NumberText.short(Double(plan.parameters))) parameters, \(c.blockCount) blocks, \(c.sampleRate) Hz, receptive field "
          + "\(NumberText.short(field)) ms"
      ),
      (
        "training",
        "\(options.steps) steps of \(options.clips) x \(options.crop) samples at \(options.precision.rawValue), seed \(options.seed)"
      ),
    ]
    if let told = c.conditioning {
      let words = told.controls.map(\.name) + told.labels
      facts.append(("told", words.joined(separator: ", ")))
    }
    if let report = plan.corpus.folderReport {
      facts.append(
        (
          "recordings",
          "\(NumberText.count(report.files.count, "file")), \(NumberText.clock(report.trainingSeconds)) trained on, "
            + "\(NumberText.clock(report.validationSeconds)) held out, \(NumberText.fixed(100 * report.silentShare, 0)) % silence; "
            + "\(NumberText.count(report.skipped.count, "file")) not read"
        ))
      facts += report.warnings.map { ("mind", FileName.shown($0)) }
    }
    return facts
  }

  var document: Document {
    var document = Document(maker: "synth train", title: FileName.shown(folder))
    document.blocks = standing + curves + sounds + baselines + settings
    document.footer = "Every number is in metrics.jsonl; the samples are in samples/."
    return document
  }

  private var standing: [Document.Block] {
    guard let last = lines.last else {
      return [
        .text(
          "Nothing has been evaluated yet: the curves and the first sample come with the first evaluation.")
      ]
    }
    let words =
      measured.map { "Of everything held out. \($0.verdict)" }
      ?? "Of held-out crops, at step \(last.step), after \(NumberText.clock(last.seconds)) of training."
    return [
      .headline(
        .init(
          value: NumberText.fixed(measured?.bitsPerSample ?? last.heldOutBits, 3), unit: "bits per sample",
          range: nil, words: words))
    ]
  }

  private var curves: [Document.Block] {
    let finite = lines.filter { $0.heldOutBits.isFinite && $0.trainBits.isFinite }
    guard finite.count > 1, let last = finite.last else { return [] }
    func plot(_ title: String, _ curves: [(hue: Document.Hue, values: [Double])]) -> Document.Block {
      .curves(
        CurvePlot(
          title: title, across: .amounts(upTo: Double(last.step), title: "step"),
          up: .amounts(upTo: curves.flatMap(\.values).max() ?? 1, count: 5, title: ""),
          curves: curves.map { curve in
            .init(zip(finite, curve.values).map { (x: Double($0.step), y: $1) }, hue: curve.hue)
          }))
    }
    return [
      .heading("How it went"),
      .lead(
        "Bits per sample over the steps. Held out is what counts: clean crops of recordings that are not trained on, by the "
          + "averaged weights. Training has noisy inputs, and wrong beginnings where the model is told what to play."
      ),
      .key([(.first, "held out"), (.second, "training")]),
      plot("Bits per sample", [(.first, finite.map(\.heldOutBits)), (.second, finite.map(\.trainBits))]),
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
  }

  private var baselines: [Document.Block] {
    guard let measured else { return [] }
    return [
      .heading("Beside simple predictors"),
      .text(FileName.shown(Measurement.sentence(measured))),
    ]
  }

  private var settings: [Document.Block] {
    [
      .heading("What it is made of"),
      .table(Table("", [.text("what"), .text("")], facts.map { [$0.name, $0.value] })),
    ]
  }
}
