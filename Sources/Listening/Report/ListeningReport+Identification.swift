// The middle of an ABX report.
internal import Reports

extension ListeningReport {
  func blocks(_ analysis: IdentificationAnalysis) -> [Document.Block] {
    [
      .heading("Result"), .finding(finding(analysis)), .plot(plot(analysis)), .table(table(analysis)),
      .details(
        "Per item",
        [
          .table(
            Table(
              "X recognised, by item; for orientation, without tests.",
              [.text("item"), .number("correct"), .number("share"), .number("95 % interval")],
              analysis.items.map {
                [
                  $0.name ?? "", "\($0.correct) of \($0.trials)", NumberText.percent($0.share.value),
                  range($0.share),
                ]
              }))
        ]),
    ] + planning(analysis)
  }

  private func finding(_ analysis: IdentificationAnalysis) -> String {
    let (a, b) = (analysis.systems.first ?? "", analysis.systems.last ?? "")
    let all = analysis.all
    let numbers =
      "X was recognised in \(all.correct) of \(all.trials) trials "
      + "(\(NumberText.percent(all.share.value)), 95 % interval \(range(all.share)))"
    guard let test = all.test else { return numbers + "." }
    let words = numbers + ", p \(pText(test.pValue)) against guessing. "
    let who =
      listeners.count == 1
      ? "\(simulated ? "The simulated" : "This") listener"
      : "\(simulated ? "Simulated" : "These") listeners, taken together,"
    return test.pValue <= recipe.level
      ? words + "\(who) told \(a) and \(b) apart."
      : words + "That \(a) and \(b) can be told apart was not shown, and neither was that they cannot."
  }

  private func plot(_ analysis: IdentificationAnalysis) -> RowPlot {
    var rows = [
      RowPlot.Row(label: "all together", marks: [mark(analysis.all)], note: note(analysis.all))
    ]
    if let elsewhere = analysis.shareElsewhere {
      rows.append(
        .init(
          label: "for other listeners",
          marks: [.interval(value: elsewhere.value, range: elsewhere.interval, isFilled: false)],
          note: "\(NumberText.percent(elsewhere.value)), \(range(elsewhere))"))
    }
    rows += analysis.listeners.map { .init(label: $0.name ?? "", marks: [mark($0)], note: note($0)) }
    return RowPlot(
      title: "Share of trials in which X was recognised",
      caption:
        "Diamonds with exact 95 % intervals (Clopper and Pearson); filled where better than guessing at 5 %"
        + (analysis.shareElsewhere == nil
          ? "."
          : ", per listener corrected after Holm. \u{201C}For other listeners\u{201D} is over listeners and items.")
        + " The dashed line is guessing.",
      axis: .init(
        0...1, ticks: [0, 0.25, 0.5, 0.75, 1], title: "share of correct answers", reference: 0.5,
        label: NumberText.percent),
      rows: rows)
  }

  private func mark(_ result: IdentificationAnalysis.Result) -> RowPlot.Mark {
    .interval(
      value: result.share.value, range: result.share.interval, isFilled: result.test?.isSignificant ?? false)
  }

  private func note(_ result: IdentificationAnalysis.Result) -> String {
    "\(result.correct) of \(result.trials)" + (result.test.map { ", p \(pText($0.adjustedPValue))" } ?? "")
  }

  private func table(_ analysis: IdentificationAnalysis) -> Table {
    Table(
      "X recognised, by listener.",
      [
        .text("listener"), .number("correct"), .number("share"), .number("95 % interval"),
        .number("d', differencing"), .number("d', independent"), .number("p"), .number("p, Holm"),
      ],
      ([analysis.all] + analysis.listeners).map { result in
        [
          result.name ?? "all together", "\(result.correct) of \(result.trials)",
          NumberText.percent(result.share.value),
          range(result.share), sensitivity(result.dPrime.differencing),
          sensitivity(result.dPrime.independentObservation),
          result.test.map { NumberText.p($0.pValue) } ?? NumberText.nothing,
          result.test.map { NumberText.p($0.adjustedPValue) } ?? NumberText.nothing,
        ]
      }, isSummary: true)
  }

  /// What the test could have found.
  private func planning(_ analysis: IdentificationAnalysis) -> [Document.Block] {
    guard let needed = analysis.needed, let power = analysis.power else {
      return [
        .text(
          "With \(NumberText.count(analysis.plannedTrials, "trial")) even a perfect listener cannot reach p \u{2264} 0.05: "
            + "plan at least 5.")
      ]
    }
    return [
      .text(
        "A single listener needs \(needed) of \(analysis.plannedTrials) for p \u{2264} 0.05. Somebody who recognises X in "
          + "70, 80 or 90 % of all trials gets there with probability "
          + "\(NumberText.list(power.map { NumberText.fixed($0, 2) })).")
    ]
  }

  // MARK: Shared words

  /// "1.42 [0.80, 2.10]"; without bound where everything was right.
  private func sensitivity(_ d: Sensitivity) -> String {
    let open = "\u{221E}"
    return "\(d.value.map { NumberText.fixed($0, 2) } ?? open) [\(NumberText.fixed(d.low, 2)), "
      + "\(d.high.map { NumberText.fixed($0, 2) } ?? open)]"
  }

  /// "70 % to 90 %".
  private func range(_ estimate: Estimate) -> String {
    estimate.interval.map {
      "\(NumberText.percent($0.lowerBound)) to \(NumberText.percent($0.upperBound))"
    } ?? NumberText.nothing
  }

  /// "= 0.03", "< 0.0001".
  func pText(_ value: Double) -> String {
    let text = NumberText.p(value)
    return text.hasPrefix("<") ? text : "= " + text
  }
}
