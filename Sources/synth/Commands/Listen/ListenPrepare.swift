// synth listen prepare: a blind test from folders of sounds and from models.
import ArgumentParser
import Generation
import Listening
import Reports

extension Listening.Method: ExpressibleByArgument {}
extension TestPlan.Loudness: ExpressibleByArgument {}

struct ListenPrepare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Make a blind listening test.",
    discussion: """
      synth listen prepare test --method abx A=before/ B=after/
      synth listen prepare one --method abx A=mine.wav B=theirs.wav
      synth listen prepare --method mos -o other cool=sines,temperature=0.7 hot=sines,temperature=1.0
      synth listen prepare --method mushra -o third --reference true/ A=ours/ B=theirs/

      abx: is there a difference? ab: which is better? mos: 1 to 5 each. cmos: -3 to +3, one against the other.
      multi: 0 to 100, side by side. mushra, dcr, abchr: against a reference, which dcr also has rated itself.

      Sounds belong together if their names do; single files are one item. One or two channels are kept. Everything is
      brought to one rate, one length per item with 5 ms fades, and one loudness (ITU-R BS.1770, as heard on both sides),
      by attenuation only, and stored as FLAC of 24 bits. The folder is complete and then never changes; its checksums are
      in it.

      --questionnaire takes JSON; types are text (lines), choice (options), number (minimum, maximum, whole), consent:
      {"before": [{"id": "agree", "type": "consent", "text": "I take part of my own will."},
                  {"id": "age", "type": "number", "text": "Your age", "minimum": 18, "whole": true, "required": true}],
       "after": [{"id": "remarks", "type": "text", "text": "Anything else?", "lines": 4}]}
      """)

  @Argument(help: ArgumentHelp(SystemArgument.help, valueName: "name=source"))
  var systems: [String]

  @Option(help: "How listeners are asked: \(Method.allCases.map(\.rawValue).joined(separator: ", ")).")
  var method: Method

  @Option(
    name: [.short, .long],
    help: "Folder to make, unless it stands in front of the systems; it must not exist.",
    completion: .directory)
  var output: String?

  @Option(help: "Folder of the true sounds; mushra, dcr and abchr only.", completion: .directory)
  var reference: String?

  @Option(help: "Trials per listener (default: 16 for abx, else every combination once).")
  var trials: Int?

  @Option(help: "How many people are to take part: fixed here, so that nobody stops when it suits.")
  var listeners: Int?

  @Option(help: "Answers from which a session that was stopped early counts (default: only whole ones).")
  var leastAnswers: Int?

  @Flag(help: "Let only those count who pass the headphone check, which this adds.")
  var needsHeadphones = false

  @Flag(help: "Make a mushra test that its own report would call too small.")
  var anyway = false

  @Option(help: "Seed of the models' sounds (default: drawn and recorded).")
  var seed: UInt64?

  @Option(
    help: "Loudness: match (all sounds to the quietest), items (each item's to its quietest), or off.")
  var loudness = TestPlan.Loudness.match

  @Flag(help: "Fold all channels into their mean (default: one or two channels are kept).")
  var mono = false

  @Flag(help: "Cut the beginning of sounds that come later than others, so that all start together.")
  var align = false

  @Option(help: "Sample rate of all stimuli in Hz.")
  var rate = 48_000

  @Option(help: "Sounds to make, where only models are compared (default: \(ListenPrepare.madeItems)).")
  var items: Int?

  @Option(help: "Length of those sounds (default: \(NumberText.short(ListenPrepare.madeSeconds))).")
  var seconds: Double?

  private static let (madeItems, madeSeconds) = (8, 4.0)

  @Option(help: "Title on the page; let it not say what is compared.")
  var title: String?

  @Option(help: "What each trial asks (default: the method's own question).")
  var question: String?

  @OptionGroup(title: "The page") var page: PageArguments

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if let trials, !(1...TestPlan.trialLimit).contains(trials) {
      throw ValidationError("--trials \(trials): give 1 to \(TestPlan.trialLimit)")
    }
    if let listeners, !(1...TestPlan.listenerLimit).contains(listeners) {
      throw ValidationError("--listeners \(listeners): give 1 to \(TestPlan.listenerLimit)")
    }
    if let leastAnswers, leastAnswers < 1 || leastAnswers > trials ?? TestPlan.trialLimit {
      throw ValidationError(
        "--least-answers \(leastAnswers): give 1 to \(trials.map { "\($0), the trials" } ?? "the number of trials")"
      )
    }
    if !(8000...192_000).contains(rate) { throw ValidationError("--rate \(rate): give 8000 to 192000 Hz") }
    if let items, !(1...1000).contains(items) { throw ValidationError("--items \(items): give 1 to 1000") }
    if let seconds, !(0.02...600).contains(seconds) {
      throw ValidationError("--seconds \(NumberText.short(seconds)): give 0.02 to 600")
    }
    if output?.isEmpty == true { throw ValidationError("--output: the name is empty") }
    if output == nil && (systems[0].isEmpty || systems[0].contains("=")) {
      throw ValidationError("name the folder to make: synth listen prepare FOLDER ..., or --output FOLDER")
    }
  }

  func run() throws {
    // 32 bits are easier to type again than 64.
    let seed = seed ?? UInt64(UInt32.random(in: 0 ... .max))
    let compared = try (output == nil ? systems.dropFirst() : systems[...]).map(SystemArgument.parse)
    if items != nil || seconds != nil,
      let folder = compared.first(where: { if case .folder = $0.source { true } else { false } })
    {
      throw ListeningError.usage(
        "--items and --seconds are for models alone: \(folder.name) has recordings, and they say how many there are and how long"
      )
    }
    var preparation = Preparation(method: method, systems: compared, seed: seed)
    preparation.reference = reference
    preparation.trials = trials
    preparation.listeners = listeners
    preparation.refusesSmallPlans = !anyway
    preparation.leastAnswers = leastAnswers
    preparation.loudness = loudness
    preparation.mono = mono
    preparation.align = align
    preparation.sampleRate = rate
    preparation.items = items ?? Self.madeItems
    preparation.seconds = seconds ?? Self.madeSeconds
    preparation.title = title
    preparation.question = question
    preparation.needsHeadphones = needsHeadphones
    preparation.page = try page.options()
    if needsHeadphones { preparation.page.headphoneCheck = true }
    preparation.version = Version.text
    Interrupt.catchSignals()
    let (test, made): (PreparedTest, [Preparation.ItemReport])
    do {
      (test, made) = try preparation.run(to: output ?? systems[0]) { what in
        ProgressLine.draw { [what] }
        return !Interrupt.isRequested
      }
    } catch  where error is CancellationError || error as? GenerationError == .cancelled {
      throw Interrupt.stopped("nothing was made")
    }
    let report = PrepareReport(test, made)
    for note in report.notes { Terminal.warn(note) }
    if !json { for words in report.planning { Terminal.note(words) } }
    try json ? JSONReport.print(report) : Terminal.note(report.sentence)
  }
}

/// What `listen prepare --json` prints.
struct PrepareReport: Encodable {
  let folder: String
  let method: String
  let trials: Int
  let systems: [String]
  let seed: UInt64
  let sampleRate: Int
  let items: [Preparation.ItemReport]
  /// Largest difference in loudness within an item that is left.
  let largestResidualLu: Double
  /// All that a listener fetches in the longest trial, and the stimuli together; bytes.
  let trialBytes, totalBytes: Int
  let keySha256: String
  let notes: [String]
  let listeners: Int?
  let leastAnswers: Int
  /// What a test of this size can show, in words.
  let planning: [String]

  init(_ test: PreparedTest, _ made: [Preparation.ItemReport]) {
    folder = test.folder
    method = test.method.rawValue
    trials = test.plan.trials
    systems = test.key.systems.map(\.name)
    (seed, sampleRate, items) = (test.plan.seed, test.plan.sampleRate, made)
    (listeners, leastAnswers) = (test.plan.listeners, test.plan.leastAnswers)
    planning = Planning.words(
      test.method, trials: test.plan.trials, items: made.count, systems: test.key.tested.count,
      listeners: test.plan.listeners)
    largestResidualLu = made.map(\.residualLu).max() ?? 0
    totalBytes = made.map(\.stimulusBytes).reduce(0, +) * test.key.systems.count
    trialBytes = (made.map(\.stimulusBytes).max() ?? 0) * test.soundsPerTrial
    keySha256 = test.plan.keySha256
    var notes = Preparation.notes(made)
    let cut = made.filter { $0.cutSeconds > 0.05 }
    if let worst = cut.max(by: { $0.cutSeconds < $1.cutSeconds }) {
      notes.append(
        "\(NumberText.count(cut.count, "item")) cut to the shortest version; '\(worst.name)' lost \(NumberText.fixed(worst.cutSeconds, 2)) s"
      )
    }
    if let long = made.map(\.seconds).max(), long > 12, test.method.showsAll {
      notes.append(
        "sounds of \(NumberText.short(long)) s are long for side by side comparison: 10 s or less are usual")
    }
    self.notes = notes
  }

  var sentence: String {
    "\(folder): \(method), \(NumberText.count(items.count, "item")) of \(NumberText.count(systems.count, "sound")) \(channels), "
      + "\(NumberText.count(trials, "trial")) per listener, loudness within \(NumberText.fixed(largestResidualLu, 2)) LU; "
      + "\(megabytes(totalBytes)) MB, at most \(megabytes(trialBytes)) MB a trial; next: synth listen serve "
      + CommandText.quoted(folder)
  }

  private var channels: String {
    let stereo = items.count { $0.channels == 2 }
    return stereo == 0 ? "in mono" : stereo == items.count ? "in stereo" : "(\(stereo) in stereo)"
  }

  private func megabytes(_ bytes: Int) -> String { NumberText.fixed(Double(bytes) / 1e6, 1) }
}
