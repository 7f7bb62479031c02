// The middle of a report on systems in pairs: ab and cmos.
internal import Reports

extension ListeningReport {
  func blocks(_ analysis: PairAnalysis) -> [Document.Block] {
    var blocks: [Document.Block] = [.heading("Result")]
    blocks += analysis.pairs.map { .finding(finding($0)) }
    blocks.append(.plot(scorePlot(analysis)))
    if method == .ab { blocks.append(.plot(sharePlot(analysis))) }
    blocks.append(.table(table(analysis)))
    blocks += scaleBlocks(analysis)
    blocks.append(.details("Per listener", [.table(listenerTable(analysis))]))
    return blocks
  }

  /// ab with more than two systems.
  private func scaleBlocks(_ analysis: PairAnalysis) -> [Document.Block] {
    if let reason = analysis.scaleMissing {
      return [.text("Bradley and Terry: \(reason).")]
    }
    guard let scale = analysis.scale else { return [] }
    let ends = scale.flatMap { place in
      [place.value.value] + (place.value.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }
    return [
      .plot(
        RowPlot(
          title: "All systems on one line",
          caption:
            "Bradley and Terry: log odds of being preferred, the mean of all is 0; one unit further right, a system wins "
            + "73 % of the comparisons. Ties are half a win. 95 % intervals over \(scale[0].value.over ?? "answers"), "
            + "for these items.",
          axis: .differences(ends, least: 1, title: "log odds"),
          rows: scale.map { place in
            .init(
              label: place.system,
              marks: [.interval(value: place.value.value, range: place.value.interval, isFilled: true)],
              note: NumberText.signed(place.value.value, 2)
                + (place.value.interval.map { " [\(range($0, ", "))]" } ?? ""))
          })),
      .table(
        Table(
          "Places on the line of Bradley and Terry, in log odds, with 95 % intervals.",
          [.text("system"), .number("place"), .number("95 % interval")],
          scale.map { place in
            [
              place.system, NumberText.signed(place.value.value, 2),
              place.value.interval.map { range($0, " to ") } ?? NumberText.nothing,
            ]
          })),
    ]
  }

  private func finding(_ pair: PairAnalysis.Pair) -> String {
    let numbers =
      "\(pair.first) against \(pair.second): \(pair.firstBetter) answers for \(pair.first), \(pair.secondBetter) for "
      + "\(pair.second), \(NumberText.count(pair.ties, "tie")); mean \(method == .ab ? "preference" : "rating") "
      + "\(NumberText.signed(pair.score.value, 2))\(interval(pair.score))"
    let better = pair.score.value > 0 ? pair.first : pair.second
    func words(_ test: SignificanceTest) -> String {
      numbers + ", p \(pText(test.adjustedPValue)) over \(test.unit). "
    }
    if let test = pair.test, test.isSignificant { return words(test) + "\(better) was preferred." }
    // With one listener the exact test over answers says what can be said.
    if let local = pair.listenerTest ?? pair.answerTest, local.isSignificant {
      return words(local) + "\(better) was preferred\(onTheseItems(pair.itemTest))."
    }
    guard let test = pair.test ?? pair.listenerTest ?? pair.answerTest else { return numbers + "." }
    return words(test) + "No preference was shown."
  }

  private func interval(_ estimate: Estimate) -> String {
    estimate.interval.map { " (95 % interval \(range($0, " to ")))" } ?? ""
  }

  private func range(_ range: ClosedRange<Double>, _ between: String) -> String {
    NumberText.signed(range.lowerBound, 2) + between + NumberText.signed(range.upperBound, 2)
  }

  private func scorePlot(_ analysis: PairAnalysis) -> RowPlot {
    let reach = method == .ab ? 1.0 : 3.2  // the discs stand on the outermost ratings
    let ticks = method == .ab ? [-1, -0.5, 0, 0.5, 1] : [-3.0, -2, -1, 0, 1, 2, 3]
    return RowPlot(
      title: method == .ab ? "Mean preference" : "Mean comparison rating",
      caption:
        "Right of the dashed line: for the system named first. Diamonds with 95 % intervals over listeners and "
        + "items; filled where the t test over both is significant at 5 % after Holm."
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
            isFilled: pair.test?.isSignificant ?? false))
        return .init(
          label: "\(pair.first) over \(pair.second)", marks: marks,
          note: NumberText.signed(pair.score.value, 2)
            + (pair.test.map { ", p \(pText($0.adjustedPValue))" } ?? ""))
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
        .number("95 % interval"), .number("p"), .number("p, answers"), .number("p, these items"),
        .number("p, item"),
      ],
      analysis.pairs.map { pair in
        [
          pair.first, pair.second, "\(pair.firstBetter)", "\(pair.ties)", "\(pair.secondBetter)",
          NumberText.signed(pair.score.value, 2),
          pair.score.interval.map { range($0, " to ") } ?? NumberText.nothing,
        ]
          + [pair.test, pair.answerTest, pair.listenerTest, pair.itemTest].map {
            $0.map { NumberText.p($0.adjustedPValue) } ?? NumberText.nothing
          }
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
