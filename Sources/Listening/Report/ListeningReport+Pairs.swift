// The middle of a report on systems in pairs: ab and cmos.
internal import Reports

extension ListeningReport {
  func blocks(_ analysis: PairAnalysis) -> [Document.Block] {
    var blocks: [Document.Block] = [.heading("Result")]
    blocks += analysis.pairs.map { .finding(finding($0)) }
    blocks.append(.plot(scorePlot(analysis)))
    if method == .ab { blocks.append(.plot(sharePlot(analysis))) }
    blocks.append(.table(table(analysis)))
    blocks.append(.details("Per listener", [.table(listenerTable(analysis))]))
    return blocks
  }

  private func finding(_ pair: PairAnalysis.Pair) -> String {
    let numbers =
      "\(pair.first) against \(pair.second): \(pair.firstBetter) answers for \(pair.first), \(pair.secondBetter) for "
      + "\(pair.second), \(NumberText.count(pair.ties, "tie")); mean \(method == .ab ? "preference" : "rating") "
      + "\(NumberText.signed(pair.score.value, 2))\(interval(pair.score))"
    guard let test = pair.listenerTest ?? pair.answerTest else { return numbers + "." }
    let better = pair.score.value > 0 ? pair.first : pair.second
    return numbers + ", p \(pText(test.adjustedPValue)) over \(test.units) \(test.unit). "
      + (test.isSignificant
        ? "\(better) was preferred\(onTheseItems(pair.score))." : "No preference was shown.")
  }

  private func interval(_ estimate: Estimate) -> String {
    estimate.interval.map {
      " (95 % interval \(NumberText.signed($0.lowerBound, 2)) to \(NumberText.signed($0.upperBound, 2)))"
    } ?? ""
  }

  private func scorePlot(_ analysis: PairAnalysis) -> RowPlot {
    let reach = method == .ab ? 1.0 : 3.0
    let ticks = method == .ab ? [-1, -0.5, 0, 0.5, 1] : [-3.0, -2, -1, 0, 1, 2, 3]
    return RowPlot(
      title: method == .ab ? "Mean preference" : "Mean comparison rating",
      caption:
        "Right of the dashed line: for the system named first. Diamonds with 95 % intervals over listeners and "
        + "items; filled where significant at 5 % after Holm."
        + (method == .cmos ? " Discs: how often each rating was given." : ""),
      axis: .init(
        -reach...reach, ticks: ticks,
        title: method == .ab ? "-1 always the second, +1 always the first" : "rating",
        reference: 0, label: { NumberText.signed($0, method == .ab ? 1 : 0) }),
      rows: analysis.pairs.map { pair in
        var marks: [RowPlot.Mark] = []
        if let ratings = pair.ratings {
          marks.append(
            .counts(ratings.enumerated().map { (value: Double($0.offset - 3), count: $0.element) }))
        }
        marks.append(
          .interval(
            value: pair.score.value, range: pair.score.interval,
            isFilled: (pair.listenerTest ?? pair.answerTest)?.isSignificant ?? false))
        return .init(
          label: "\(pair.first) over \(pair.second)", marks: marks,
          note: NumberText.signed(pair.score.value, 2)
            + ((pair.listenerTest ?? pair.answerTest).map { ", p \(pText($0.adjustedPValue))" } ?? ""))
      })
  }

  private func sharePlot(_ analysis: PairAnalysis) -> RowPlot {
    RowPlot(
      title: "Share of answers for the first, without ties",
      caption:
        "Diamonds with exact 95 % intervals (Clopper and Pearson), for answers of these listeners to these items; "
        + "filled where the exact test is significant at 5 % after Holm. The dashed line: no preference.",
      axis: .init(
        0...1, ticks: [0, 0.25, 0.5, 0.75, 1], title: "share", reference: 0.5, label: NumberText.percent),
      rows: analysis.pairs.compactMap { pair in
        pair.shareFirst.map { share in
          .init(
            label: "\(pair.first) over \(pair.second)",
            marks: [
              .interval(
                value: share.value, range: share.interval, isFilled: pair.answerTest?.isSignificant ?? false)
            ],
            note: "\(pair.firstBetter) : \(pair.secondBetter), \(NumberText.count(pair.ties, "tie"))")
        }
      })
  }

  private func table(_ analysis: PairAnalysis) -> Table {
    Table(
      "Pairs; p-values corrected after Holm.",
      [
        .text("first"), .text("second"), .number("first"), .number("ties"), .number("second"),
        .number("mean"),
        .number("95 % interval"), .number("p, answers"), .number("p, listeners"),
      ],
      analysis.pairs.map { pair in
        [
          pair.first, pair.second, "\(pair.firstBetter)", "\(pair.ties)", "\(pair.secondBetter)",
          NumberText.signed(pair.score.value, 2),
          pair.score.interval.map {
            "\(NumberText.signed($0.lowerBound, 2)) to \(NumberText.signed($0.upperBound, 2))"
          } ?? NumberText.nothing,
          pair.answerTest.map { NumberText.p($0.adjustedPValue) } ?? NumberText.nothing,
          pair.listenerTest.map { NumberText.p($0.adjustedPValue) } ?? NumberText.nothing,
        ]
      }, isSummary: true)
  }

  private func listenerTable(_ analysis: PairAnalysis) -> Table {
    Table(
      "Every listener; p-values of the exact test without ties, corrected after Holm.",
      [
        .text("listener"), .text("first"), .text("second"), .number("first"), .number("ties"),
        .number("second"),
        .number("mean"), .number("p"),
      ],
      analysis.listeners.map { row in
        [
          row.listener, row.first, row.second, "\(row.firstBetter)", "\(row.ties)", "\(row.secondBetter)",
          NumberText.signed(row.score, 2),
          row.test.map { NumberText.p($0.adjustedPValue) } ?? NumberText.nothing,
        ]
      })
  }
}
