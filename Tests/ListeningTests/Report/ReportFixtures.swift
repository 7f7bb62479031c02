// Prepared tests and sessions in memory, for reports: listeners whose answers are given by a function.
import Signal

@testable import Listening

struct ReportFixture {
  let test: PreparedTest

  init(
    _ method: Listening.Method, systems: [String] = ["A", "B"], items: Int = 4, trials: Int? = nil,
    sampleRate: Int = 48_000, title: String = "A test", listeners: Int? = nil, leastAnswers: Int? = nil,
    headphoneCheck: Bool = false, needsHeadphones: Bool? = nil
  ) {
    var all = systems.map { TestKey.System(name: $0, kind: .folder, source: "/sounds/\($0)") }
    if method.needsReference {
      all.append(.init(name: TestKey.reference, kind: .reference, source: "/sounds/reference"))
    }
    if method == .mushra {
      all += [TestKey.anchor35, TestKey.anchor70].map { .init(name: $0, kind: .anchor, source: "low-pass") }
    }
    let key = TestKey(
      systems: all,
      items: (0..<items).map { item in
        TestKey.Item(
          name: "item\(item)", frames: 48_000,
          stimuli: all.enumerated().map { index, system in
            TestKey.Stimulus(
              system: system.name, file: "stimuli/\(item)-\(index).flac", gainDb: 0, loudnessLufs: -20,
              truePeakDbtp: -3, sha256: "")
          })
      }, trainingItem: "item0")
    let count = trials ?? TrialOrder.combinations(key, method: method)
    var page = PageOptions()
    page.headphoneCheck = headphoneCheck
    let plan = TestPlan(
      method: method, title: title, question: "Which is better?", seed: 1, sampleRate: sampleRate,
      trials: count, listeners: listeners, leastAnswers: leastAnswers,
      needsHeadphones: needsHeadphones, loudness: .match, levelLufs: -20,
      itemFrames: [Int](repeating: 48_000, count: items), page: page,
      versions: .init(synth: "1", libebur128: "1.2.6"), keySha256: "abc")
    test = PreparedTest(folder: "/nowhere", plan: plan, key: key)
  }

  /// A session in which `answer` gives every answer from item, systems in order, and random numbers.
  /// - Parameters:
  ///   - stopAfter: so many answers, unfinished.
  ///   - headphones: whether the check was passed, in each attempt.
  func session(
    _ listener: String, seed: UInt64, kind: SessionHeader.Kind = .person, stopAfter: Int? = nil,
    id: String? = nil, returning: String? = nil, seconds: Double = 10,
    headphones: [Bool] = [],
    answer: (_ item: String, _ order: [String], _ x: String?, inout PhiloxGenerator) -> Answer
  ) -> SessionRecord {
    var random = PhiloxGenerator(seed: seed, stream: 99)
    let answers = test.trials(seed: seed).prefix(stopAfter ?? .max).map { trial in
      let order = test.names(trial.order)
      let item = test.key.items[trial.item].name
      return AnswerRecord(
        sequence: trial.number + 1, trial: trial.number, item: item, order: order,
        answer: answer(item, order, trial.x.map { order[$0] }, &random), seconds: seconds,
        plays: ["A": 2, "B": 1],
        switches: 3, looped: false)
    }
    var notes = SessionNotes()
    for passed in headphones {
      let sides = ["left", "right"].map { HeadphoneRecord.Side(played: $0, heard: passed ? $0 : "both") }
      let tones = (0..<HeadphoneRecord.tones).map { _ in
        HeadphoneRecord.Tone(quiet: 0, antiphase: 1, chosen: 0)
      }
      notes.add(HeadphoneRecord(sides: sides, quietest: passed ? tones : []))
    }
    return SessionRecord(
      header: SessionHeader(
        session: id ?? "\(listener)-\(seed)", listener: listener, kind: kind, seed: seed, method: test.method,
        trials: test.plan.trials, started: "2026-01-02T03:04:05Z", returning: returning), answers: answers,
      finished: stopAfter == nil, notes: notes)
  }

  func report(_ sessions: [SessionRecord], closing: Closing? = nil) throws -> ListeningReport {
    try ListeningReport.make(
      test: test, sessions: sessions, seed: 5, closing: closing)
  }

  /// Listeners who are right with probability `rate`.
  static func identify(
    rate: Double
  ) -> (String, [String], String?, inout PhiloxGenerator) -> Answer {
    { _, order, x, random in
      let other = order.first { $0 != x }!
      return .identified(x: x!, chosen: random.uniform() < rate ? x! : other)
    }
  }

  /// Listeners for whom each system has a level, with noise, on a scale of 0 to 100.
  static func rate(
    _ levels: [String: Double], noise: Double
  ) -> (String, [String], String?, inout PhiloxGenerator) -> Answer {
    { _, order, _, random in
      var ratings: [String: Double] = [:]
      for name in order {
        ratings[name] = min(100, max(0, ((levels[name] ?? 50) + noise * random.normal()).rounded()))
      }
      return .ratings(ratings)
    }
  }
}
