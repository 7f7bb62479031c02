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
      let check = notes.headphones.last.map { $0.passed ? "passed" : "failed" } ?? ""
      let device = notes.devices.last
      let screen = device?.screenWidth.flatMap { width in device?.screenHeight.map { "\(width)x\($0)" } }
      var row = [
        header.session, header.listener, header.kind.rawValue,
        header.started, "\(session.answers.count)", "\(session.finished)",
        "\(!unused.contains(header.session))", check, "\(notes.headphones.count)", device?.browser ?? "",
        device?.platform ?? "", device?.language ?? "", screen ?? "", device?.touch.map { "\($0)" } ?? "",
        device?.sampleRate.map(Self.number) ?? "", device?.outputChannels.map { "\($0)" } ?? "",
        device?.baseLatency.map(Self.number) ?? "", device?.outputLatency.map(Self.number) ?? "",
      ]
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
    return rows.map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
  }
}
