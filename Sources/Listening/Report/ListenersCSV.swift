// listeners.csv: one row per session with what is not an answer to a trial: the questionnaire, the headphone check, browser and
// output. All sessions are in it, also those that the report sets aside. Fields as in ReportCSV.swift.

extension ListeningReport {
  private static let listenerColumns = [
    "session", "listener", "kind", "started", "answers", "finished", "used", "headphones",
    "headphone_attempts", "browser", "platform", "language", "screen", "touch", "sample_rate",
    "output_channels", "base_latency", "output_latency",
  ]

  /// `headphones` is "passed" or "failed" in the last attempt, empty where there was none. Questions are columns of their
  /// own, "before.ID" and "after.ID", in the order of the page; what stayed empty is empty.
  package var listenersCSV: String {
    let unused = Set(setAside.map(\.session))
    let questions = Questionnaire.When.allCases.flatMap { when in
      (plan.page.questionnaire?.questions(when) ?? []).map { (when: when, id: $0.id) }
    }
    var rows = [Self.listenerColumns + questions.map { "\($0.when.rawValue).\($0.id)" }]
    for session in sessions {
      let (header, notes) = (session.header, session.notes)
      var row = [header.session, session.listener, header.kind.rawValue, header.started]
      row += ["\(session.answers.count)", "\(session.finished)", "\(!unused.contains(header.session))"]
      row += [
        notes.passedHeadphones.map { $0 ? "passed" : "failed" } ?? "", "\(notes.headphones.count)",
      ]
      row += output(notes.devices.last)
      for question in questions {
        switch notes.form(question.when)?.answers[question.id] {
        case nil: row.append("")
        case .text(let words): row.append(words)
        case .number(let number): row.append(Self.number(number))
        case .consent(let given): row.append("\(given)")
        }
      }
      rows.append(row)
    }
    return Self.table(rows)
  }

  /// The columns from "browser" to "output_latency".
  private func output(_ device: DeviceRecord?) -> [String] {
    guard let device else { return [String](repeating: "", count: 9) }
    var screen = ""
    if let width = device.screenWidth, let height = device.screenHeight { screen = "\(width)x\(height)" }
    let touch = device.touch.map { "\($0)" } ?? ""
    let channels = device.outputChannels.map { "\($0)" } ?? ""
    let numbers = [device.baseLatency, device.outputLatency].map { $0.map(Self.number) ?? "" }
    let rate = device.sampleRate.map(Self.number) ?? ""
    return [device.browser, device.platform ?? "", device.language ?? "", screen, touch, rate, channels]
      + numbers
  }
}
