// What a run is made of, in words: the table of its page (RunPage.swift) and of its model's card (RunCards.swift).
import Corpus
import Files
import Reports
import Training
import WaveNet

struct RunFacts {
  /// A line of the table.
  typealias Fact = (name: String, value: String)

  let corpus: String
  let configuration: Configuration
  let parameters: Int
  let options: TrainingOptions
  let report: FolderReport?
  let silence: SilenceShares?
  /// Files, seconds that are trained on and held out of each label; empty without labels.
  let labels: [(name: String, files: Int, training: Double, heldOut: Double)]
  let commands: [String]

  init(_ plan: TrainingPlan) {
    corpus = plan.description.corpus.name
    configuration = plan.configuration
    parameters = plan.parameters
    options = plan.options
    report = plan.corpus.folderReport
    silence = (plan.corpus as? FolderCorpus)?.silenceShares
    labels = Self.labels(plan.corpus as? FolderCorpus)
    commands = plan.description.commands ?? []
  }

  private static func labels(_ corpus: FolderCorpus?)
    -> [(name: String, files: Int, training: Double, heldOut: Double)]
  {
    guard let corpus else { return [] }
    func seconds(_ samples: Int) -> Double { Double(samples) / Double(corpus.sampleRate) }
    return corpus.useOfLabels.map { ($0.label, $0.files, seconds($0.training), seconds($0.heldOut)) }
      .sorted { FileName.precedes($0.name, $1.name) }
  }

  /// Milliseconds.
  var field: Double { Double(configuration.receptiveField) / Double(configuration.sampleRate) * 1000 }

  /// - steps: of the run as it stands
  func lines(steps: Int) -> [Fact] {
    let c = configuration
    var facts: [Fact] = [
      ("corpus", FileName.shown(corpus)),
      (
        "model",
        "\(NumberText.short(Double(parameters))) parameters in \(c.blockCount) blocks, kernel \(c.kernelSize), residual "
          + "\(c.residualChannels), dilation \(c.dilationChannels), skip \(c.skipChannels), head \(c.headChannels)"
      ),
      (
        "sound",
        "\(c.sampleRate) Hz, mu-law with \(c.quantizationLevels) levels; receptive field \(c.receptiveField) samples, "
          + "\(NumberText.short(field)) ms"
      ),
    ]
    if let told = c.conditioning {
      let words = told.controls.map(\.name) + (told.labels.isEmpty ? [] : ["labels"])
      facts.append(
        ("told", NumberText.list(words) + ", each for \(told.frameSamples) samples"))
    }
    if let report {
      facts.append(
        (
          "recordings",
          "\(NumberText.count(report.files.count, "file")), \(NumberText.clock(report.trainingSeconds)) trained on, "
            + "\(NumberText.clock(report.validationSeconds)) held out, \(NumberText.percent(report.silentShare)) silence"
            + (silence.map { " (\(NumberText.percent($0.trained)) of what is learnt from)" } ?? "") + "; "
            + "\(NumberText.count(report.skipped.count, "file")) not read"
        ))
    }
    for label in labels {
      facts.append(
        (
          "label \(FileName.shown(label.name))",
          "\(NumberText.count(label.files, "file")), \(NumberText.clock(label.training)) trained on, "
            + "\(NumberText.clock(label.heldOut)) held out"
        ))
    }
    facts.append(
      (
        "training",
        "\(steps) steps of \(options.clips) x \(options.crop) samples at \(options.precision.rawValue), largest learning rate "
          + "\(NumberText.scientific(options.learningRate)), seed \(options.seed)"
      ))
    return facts
  }
}
