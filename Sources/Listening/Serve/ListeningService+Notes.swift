// What a page says beside the answers to trials: the questionnaire, the headphone check, and the device. Stored in the
// session's file before it is acknowledged, like answers. What they are: Plan/SessionNotes.swift.
internal import Files

extension ListeningService {
  func questionnaire(_ log: SessionLog, _ body: [UInt8]) throws(ListeningError) -> ServiceResponse {
    struct Sent: Decodable {
      let when: Questionnaire.When
      let answers: [String: Questionnaire.Value]
    }
    guard let sent = try? SnakeJSON.decode(Sent.self, body, path: "answers"),
      let asked = test.plan.page.questionnaire
    else { return .problem(400, "These are no answers to the questions of this test.") }
    if let problem = asked.problem(sent.when, sent.answers) { return .problem(400, problem) }
    return reply(try log.append(FormRecord(when: sent.when, answers: sent.answers)), log)
  }

  func headphones(_ log: SessionLog, _ body: [UInt8]) throws(ListeningError) -> ServiceResponse {
    struct Sent: Decodable {
      let sides: [HeadphoneRecord.Side]
      let quietest: [HeadphoneRecord.Tone]
    }
    guard test.plan.page.headphoneCheck, let sent = try? SnakeJSON.decode(Sent.self, body, path: "a check")
    else {
      return .problem(400, "This is no headphone check of this test.")
    }
    let check = HeadphoneRecord(sides: sent.sides, quietest: sent.quietest)
    if !check.isPlausible { return .problem(400, "This is no headphone check.") }
    return reply(try log.append(check), log)
  }

  func device(_ log: SessionLog, _ body: [UInt8]) throws(ListeningError) -> ServiceResponse {
    struct Sent: Decodable {
      let browser: String
      let platform, language: String?
      let screenWidth, screenHeight, outputChannels: Int?
      let touch: Bool?
      let sampleRate, baseLatency, outputLatency: Double?
    }
    guard let sent = try? SnakeJSON.decode(Sent.self, body, path: "a device") else {
      return .problem(400, "This is no description of a device.")
    }
    let device = DeviceRecord(
      browser: sent.browser, platform: sent.platform, language: sent.language, screenWidth: sent.screenWidth,
      screenHeight: sent.screenHeight, touch: sent.touch, sampleRate: sent.sampleRate,
      outputChannels: sent.outputChannels, baseLatency: sent.baseLatency, outputLatency: sent.outputLatency)
    if !device.isPlausible { return .problem(400, "This is too long.") }
    return reply(try log.append(device), log)
  }

  private func reply(_ outcome: SessionLog.Outcome, _ log: SessionLog) -> ServiceResponse {
    outcome == .conflict
      ? .problem(409, "This was said before in another way, or it is not its turn.")
      : .json(StatePayload(log, test))
  }
}
