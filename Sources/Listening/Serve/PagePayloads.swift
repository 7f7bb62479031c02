// What the page is told, as JSON: all of it is safe to be read by a listener with the browser's tools open. (The sounds
// themselves are there as numbers, as in every test that a browser plays: comparing them by computer is not listening. Their
// sizes are made equal within an item, so that a list of downloads alone tells nothing: StimulusFormat.swift.)

/// The test.
struct TestPayload: Encodable {
  /// Says which test this is, for the browser's storage.
  let id: String
  /// Where the test has its own; the page has words in its languages for the others.
  let title, question: String?
  let method: String
  let trials, sampleRate: Int
  let levelLufs: Double
  /// Nil: the listener chooses.
  let language: PageOptions.Language?
  /// Whether a switch starts the sounds again.
  let restart: Bool
  let instructions: String?
  let comments, headphoneCheck: Bool
  let questionnaire: Questionnaire?

  init(_ test: PreparedTest) {
    id = Self.id(test.plan.identity)
    title = test.plan.title == Preparation.title ? nil : test.plan.title
    question = test.plan.question == test.method.question ? nil : test.plan.question
    method = test.method.rawValue
    (trials, sampleRate) = (test.plan.trials, test.plan.sampleRate)
    // A tenth of a decibel, so that the number does not say which sounds went into it.
    levelLufs = (test.plan.levelLufs * 10).rounded() / 10
    let page = test.plan.page
    (language, instructions, comments) = (page.language, page.instructions, page.comments)
    restart = page.switching == .restart
    (headphoneCheck, questionnaire) = (page.headphoneCheck, page.questionnaire)
  }

  static func id(_ identity: String) -> String {
    String(SHA256.hex(Array("page:\(identity)".utf8)).prefix(16))
  }
}

/// How far a session is. No score, ever.
struct StatePayload: Encodable {
  let session, listener: String
  /// What a person types to say "I was here before".
  let code: String
  let position, trials: Int
  /// All trials are answered.
  let finished: Bool
  /// What else the test asks for, and has not got yet: the page knows the order.
  let open: [String]

  init(_ log: SessionLog, _ test: PreparedTest) {
    (session, listener, code) = (log.header.session, log.header.listener, log.header.code)
    (position, trials) = (log.position, test.plan.trials)
    finished = position == trials
    let (page, notes) = (test.plan.page, log.notes)
    var open: [String] = []
    for when in Questionnaire.When.allCases
    where page.questionnaire?.questions(when).isEmpty == false && notes.form(when) == nil {
      open.append(when.rawValue)
    }
    if page.headphoneCheck && notes.headphones.isEmpty { open.append("headphones") }
    self.open = open
  }
}

/// A trial: letters and where their sounds are.
struct TrialPayload: Encodable {
  /// From 0; -1 for the practice.
  let trial: Int
  let trials: Int
  let labels: [String]
  let sounds: [String]
  /// Of each sound.
  let frames: Int

  init(_ trial: Trial, _ log: SessionLog, _ test: PreparedTest) {
    let slots = test.method.labels(of: trial).indices
    self.init(trial, test, sounds: slots.map { Self.soundID(log, trial, slot: $0) })
  }

  init(_ trial: Trial, _ test: PreparedTest, sounds: [String]) {
    self.trial = trial.number
    self.sounds = sounds
    trials = test.plan.trials
    labels = test.method.labels(of: trial)
    frames = test.key.items[trial.item].frames
  }

  /// Says nothing, differs for every session, trial and place, and is the same again after a restart: a fingerprint of
  /// the place under the session's seed, which only the server knows.
  static func soundID(_ log: SessionLog, _ trial: Trial, slot: Int) -> String {
    let text = "sound:\(log.header.seed):\(log.header.session):\(trial.number):\(slot)"
    return String(SHA256.hex(Array(text.utf8)).prefix(32))
  }
}
