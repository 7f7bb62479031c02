// What a session's file holds beside the answers to trials: the questionnaire's answers, the headphone check, and what the
// sounds came out of. Lines without a number: they may stand anywhere behind the first. Reader of the whole file:
// SessionRecord.swift.

/// Answers to the questions before or after the trials.
package struct FormRecord: Codable, Hashable, Sendable {
  package let type: String
  package let when: Questionnaire.When
  /// By the questions' ids.
  package let answers: [String: Questionnaire.Value]

  package init(when: Questionnaire.When, answers: [String: Questionnaire.Value]) {
    (type, self.when, self.answers) = ("questionnaire", when, answers)
  }
}

/// One attempt at the headphone check. Its second half is the screening of Woods, Siegel, Traer and McDermott, "Headphone
/// screening to facilitate web-based auditory experiments", Attention, Perception, & Psychophysics 79 (2017) 2064-2072:
/// which of three tones of 200 Hz is the quietest? One is 6 dB down, another in anti-phase between the ears, so that
/// loudspeakers cancel it and it seems the quietest. Six questions, at least five right. The first half asks from which
/// side a tone comes.
package struct HeadphoneRecord: Codable, Hashable, Sendable {
  package struct Side: Codable, Hashable, Sendable {
    /// "left" or "right".
    package let played: String
    /// One of these, or "both".
    package let heard: String

    package init(played: String, heard: String) { (self.played, self.heard) = (played, heard) }
  }
  package struct Tone: Codable, Hashable, Sendable {
    /// Places from 0 to 2: of the tone that is 6 dB down, of the one in anti-phase, and of the one that was taken for
    /// the quietest.
    package let quiet, antiphase, chosen: Int

    package init(quiet: Int, antiphase: Int, chosen: Int) {
      (self.quiet, self.antiphase, self.chosen) = (quiet, antiphase, chosen)
    }
  }

  package static let tones = 6
  package static let needed = 5

  package let type: String
  package let sides: [Side]
  /// None where the sides were wrong already.
  package let quietest: [Tone]

  package init(sides: [Side], quietest: [Tone]) {
    (type, self.sides, self.quietest) = ("headphones", sides, quietest)
  }

  package var passed: Bool {
    sides.allSatisfy { $0.played == $0.heard } && quietest.count { $0.quiet == $0.chosen } >= Self.needed
  }

  /// Whether it can have come from the page.
  var isPlausible: Bool {
    let names = ["left", "right"]
    return sides.map(\.played).sorted() == names && sides.allSatisfy { (names + ["both"]).contains($0.heard) }
      && [0, Self.tones].contains(quietest.count)
      && quietest.allSatisfy { tone in
        tone.quiet != tone.antiphase
          && [tone.quiet, tone.antiphase, tone.chosen].allSatisfy { (0...2).contains($0) }
      }
  }
}

/// Browser, device and output, as the browser tells; what it does not tell is absent.
package struct DeviceRecord: Codable, Hashable, Sendable {
  package let type: String
  /// The browser's own description (User-Agent).
  package let browser: String
  package let platform: String?
  /// Of the page.
  package let language: String?
  /// In CSS pixels.
  package let screenWidth, screenHeight: Int?
  package let touch: Bool?
  /// Of the audio context, in Hz.
  package let sampleRate: Double?
  /// That the output can take.
  package let outputChannels: Int?
  /// In seconds.
  package let baseLatency, outputLatency: Double?

  package init(
    browser: String, platform: String? = nil, language: String? = nil, screenWidth: Int? = nil,
    screenHeight: Int? = nil, touch: Bool? = nil, sampleRate: Double? = nil, outputChannels: Int? = nil,
    baseLatency: Double? = nil, outputLatency: Double? = nil
  ) {
    type = "device"
    (self.browser, self.platform, self.language) = (browser, platform, language)
    (self.screenWidth, self.screenHeight, self.touch) = (screenWidth, screenHeight, touch)
    (self.sampleRate, self.outputChannels) = (sampleRate, outputChannels)
    (self.baseLatency, self.outputLatency) = (baseLatency, outputLatency)
  }

  /// Short enough to be kept.
  var isPlausible: Bool {
    [browser, platform ?? "", language ?? ""].allSatisfy { $0.utf8.count <= 1000 }
  }
}

/// All of that, of one session.
package struct SessionNotes: Hashable, Sendable {
  /// Most lines of a kind: a page that says more is not ours.
  static let limit = 50

  package private(set) var forms: [FormRecord] = []
  package private(set) var headphones: [HeadphoneRecord] = []
  package private(set) var devices: [DeviceRecord] = []

  package init() {}

  /// In the last attempt; nil without any.
  package var passedHeadphones: Bool? { headphones.last?.passed }

  package func form(_ when: Questionnaire.When) -> FormRecord? { forms.first { $0.when == when } }

  mutating func add(_ form: FormRecord) { forms.append(form) }
  mutating func add(_ check: HeadphoneRecord) { headphones.append(check) }
  mutating func add(_ device: DeviceRecord) { devices.append(device) }

  /// Takes a line if it is one of these.
  /// - Throws: `damaged` if it is one that does not fit the test
  mutating func take(
    _ line: [UInt8], type: String, place: String, test: PreparedTest
  ) throws(ListeningError) -> Bool {
    switch type {
    case "questionnaire":
      let form = try TestFiles.decode(FormRecord.self, line, path: place)
      guard let asked = test.plan.page.questionnaire, self.form(form.when) == nil else {
        throw .damaged(path: place, reason: "answers to questions that the test does not ask, or not again")
      }
      if let problem = asked.problem(form.when, form.answers) { throw .damaged(path: place, reason: problem) }
      add(form)
    case "headphones":
      let check = try TestFiles.decode(HeadphoneRecord.self, line, path: place)
      if !check.isPlausible { throw .damaged(path: place, reason: "this is no headphone check") }
      add(check)
    case "device": add(try TestFiles.decode(DeviceRecord.self, line, path: place))
    default: return false
    }
    return true
  }
}
