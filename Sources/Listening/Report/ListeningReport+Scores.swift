// The middle of a report on scores: mos, dcr, multi, mushra and abchr; twice where listeners were screened.
internal import Reports

extension ListeningReport {
  func blocks(_ analysis: ScoreAnalysis, _ screened: ScreenedAnalysis?) -> [Document.Block] {
    guard let screened else { return [.heading("Result")] + part(analysis, isFirst: true) }
    guard let after = screened.analysis else {
      return [.heading("Result")] + part(analysis, isFirst: true) + [.heading("Post-screening")]
        + screening(screened)
    }
    return [.heading("Result after post-screening")] + part(after, isFirst: true)
      + [.heading("Post-screening")] + screening(screened)
      + [.heading("Result before post-screening, all listeners")] + part(analysis, isFirst: false)
  }

  private func screening(_ screened: ScreenedAnalysis) -> [Document.Block] {
    var blocks: [Document.Block] = [.text("Rule: \(screened.rule).")]
    if screened.excluded.isEmpty {
      blocks.append(.text("Nobody is left out by it."))
    } else {
      blocks.append(
        .table(
          Table(
            "Left out by the rule.", [.text("listener"), .text("reason")],
            screened.excluded.map { [$0.listener, $0.reason] }, isSummary: true)))
      if screened.analysis == nil {
        blocks.append(
          .notice(
            "Note.",
            "The rule would leave nobody: there is no result after post-screening, and the one shown is of all listeners."
          ))
      }
    }
    if !screened.exemptItems.isEmpty {
      blocks.append(
        .text("Items whose anchor excludes nobody: \(screened.exemptItems.joined(separator: ", "))."))
    }
    return blocks
  }

  private func part(_ analysis: ScoreAnalysis, isFirst: Bool) -> [Document.Block] {
    var blocks = findings(analysis).map { Document.Block.finding($0) }
    blocks.append(.plot(scorePlot(analysis)))
    blocks.append(.table(systemTable(analysis, isSummary: isFirst)))
    if !analysis.comparisons.isEmpty {
      blocks.append(.plot(differencePlot(analysis)))
      blocks.append(.table(comparisonTable(analysis, isSummary: isFirst)))
    }
    if analysis.items.count > 1 {
      blocks.append(.details("Medians per item", [.table(itemTable(analysis))]))
      if analysis.comparisons.contains(where: { !$0.items.isEmpty }) {
        blocks.append(.details("Differences per item", [.table(itemComparisonTable(analysis))]))
      }
    }
    return blocks
  }

  // MARK: Words

  private func findings(_ analysis: ScoreAnalysis) -> [String] {
    let tested = analysis.comparisons.filter { $0.test != nil || $0.listenerTest != nil }
    if tested.isEmpty { return [] }
    let sure = tested.filter { $0.test?.isSignificant == true }
    // For these items only: said apart, with what the F test says of why.
    let local = tested.filter { $0.test?.isSignificant != true && $0.listenerTest?.isSignificant == true }
    let found = sure + local
    if found.isEmpty {
      return ["No difference between systems was shown. That is not the same as there being none."]
    }
    let who = simulated ? " by the simulated listeners" : ""
    let rest = tested.count - found.count
    var sentences: [String] = []
    if !sure.isEmpty { sentences.append("Rated higher\(who): \(list(sure, \.test)).") }
    for (some, why) in [
      (local.filter { $0.itemTest?.isSignificant == true }, "how much depends on the item"),
      (local.filter { $0.itemTest?.isSignificant != true }, "that it holds for others was not shown"),
    ] where !some.isEmpty {
      sentences.append("Rated higher\(who) on these items; \(why): \(list(some, \.listenerTest)).")
    }
    if rest > 0 {
      sentences.append("In \(NumberText.count(rest, "other comparison")) no difference was shown.")
    }
    return sentences
  }

  private func list(
    _ found: [ScoreAnalysis.Comparison], _ test: KeyPath<ScoreAnalysis.Comparison, SignificanceTest?>
  ) -> String {
    found.map { pair in
      let (better, worse) =
        pair.difference.value >= 0 ? (pair.first, pair.second) : (pair.second, pair.first)
      let size = NumberText.fixed(abs(pair.difference.value), digits)
      return "\(better) over \(worse) by \(size)"
        + (pair[keyPath: test].map { " (p \(pText($0.adjustedPValue)))" } ?? "")
    }.joined(separator: "; ")
  }

  private var digits: Int { method.showsAll ? 1 : 2 }

  // MARK: Plots

  /// Scores from 1 to 5, with room for the discs that stand on the outermost.
  private var opinions: ClosedRange<Double> { 0.85...5.15 }

  private var axis: Axis {
    switch method {
    case .mos:
      .init(opinions, ticks: [1, 2, 3, 4, 5], title: "1 bad, 2 poor, 3 fair, 4 good, 5 excellent") {
        NumberText.fixed($0, 0)
      }
    case .dcr:
      .init(
        opinions, ticks: [1, 2, 3, 4, 5],
        title: "1 very annoying, 2 annoying, 3 slightly annoying, 4 audible, not annoying, 5 inaudible"
      ) {
        NumberText.fixed($0, 0)
      }
    case .abchr:
      .init(-4...4, ticks: [-4, -3, -2, -1, 0, 1, 2, 3, 4], title: "difference grade", reference: 0) {
        NumberText.signed($0, 0)
      }
    default:
      .init(0...100, ticks: [0, 20, 40, 60, 80, 100], title: "0 bad, 100 excellent") {
        NumberText.fixed($0, 0)
      }
    }
  }

  private func scorePlot(_ analysis: ScoreAnalysis) -> RowPlot {
    RowPlot(
      title: method == .abchr ? "Difference grades" : "Ratings",
      caption: method.isCategoryRating
        ? "Discs: how often each score was given. Diamond: mean of listener means with its 95 % interval over listeners "
          + "and items, which stand on the right."
        : "Box: quartiles, thick line: median, whiskers: the outermost ratings within 1.5 interquartile ranges; every "
          + "rating is a dot. On the right the mean of listener means with its 95 % interval over listeners and items.",
      axis: axis,
      rows: analysis.systems.map { system in
        let values = system.values
        let marks: [RowPlot.Mark]
        if method.isCategoryRating {
          marks = [
            .counts((1...5).map { score in (Double(score), values.count { $0 == Double(score) }) }),
            .interval(value: system.mean.value, range: system.mean.interval, isFilled: true),
          ]
        } else {
          marks = [
            .box(
              lowerQuartile: system.lowerQuartile, median: system.median,
              upperQuartile: system.upperQuartile, whiskers: Spread(values).whiskers(values)),
            .points(values),
          ]
        }
        return .init(label: system.system, marks: marks, note: estimate(system.mean))
      })
  }

  private func differencePlot(_ analysis: ScoreAnalysis) -> RowPlot {
    let ends = analysis.comparisons.flatMap {
      [$0.difference.value] + ($0.difference.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }
    return RowPlot(
      title: "Differences between systems",
      caption:
        "Mean of listener means of the differences within listener and item, with 95 % intervals over listeners "
        + "and items. Right of the dashed line: the system named first is better. Filled where the t test over both is "
        + "significant at 5 % after Holm.",
      axis: .differences(ends, least: method.showsAll ? 10 : 1, title: "difference"),
      rows: analysis.comparisons.map { pair in
        .init(
          label: "\(pair.first) \u{2212} \(pair.second)",
          marks: [
            .interval(
              value: pair.difference.value, range: pair.difference.interval,
              isFilled: pair.test?.isSignificant ?? false)
          ],
          note: NumberText.signed(pair.difference.value, digits)
            + (pair.test.map { ", p \(pText($0.adjustedPValue))" } ?? ""))
      })
  }

  // MARK: Tables

  private func estimate(_ estimate: Estimate) -> String {
    NumberText.fixed(estimate.value, digits) + (estimate.interval.map { " [\(ends($0))]" } ?? "")
  }

  private func ends(_ range: ClosedRange<Double>) -> String {
    "\(NumberText.fixed(range.lowerBound, digits)), \(NumberText.fixed(range.upperBound, digits))"
  }

  private func systemTable(_ analysis: ScoreAnalysis, isSummary: Bool) -> Table {
    Table(
      "Systems, with 95 % intervals over listeners and items.",
      [
        .text("system"), .number("mean"), .number("interval"), .number("median"), .number("quartiles"),
        .number("SD"), .number("ratings"), .number("listeners"),
      ],
      analysis.systems.map { system in
        [
          system.system, NumberText.fixed(system.mean.value, digits),
          system.mean.interval.map(ends) ?? NumberText.nothing, NumberText.fixed(system.median, digits),
          ends(system.lowerQuartile...system.upperQuartile),
          system.standardDeviation.map { NumberText.fixed($0, digits) } ?? NumberText.nothing,
          "\(system.ratings)",
          "\(system.listeners)",
        ]
      }, isSummary: isSummary)
  }

  private func comparisonTable(_ analysis: ScoreAnalysis, isSummary: Bool) -> Table {
    Table(
      "Differences, first minus second. p: t test over listeners and items. These items: signs of the listeners' "
        + "means. Item: F test, whether the difference depends on it. Each column corrected after Holm.",
      [
        .text("first"), .text("second"), .number("mean"), .number("95 % interval"), .number("median"),
        .number("p"), .number("df"), .number("p, these items"), .number("p, item"),
      ],
      analysis.comparisons.map { pair in
        [
          pair.first, pair.second, NumberText.signed(pair.difference.value, digits),
          pair.difference.interval.map {
            "\(NumberText.signed($0.lowerBound, digits)), \(NumberText.signed($0.upperBound, digits))"
          } ?? NumberText.nothing, NumberText.signed(pair.medianDifference, digits),
          pair.test.map { NumberText.p($0.adjustedPValue) } ?? NumberText.nothing,
          pair.test?.freedom.map { NumberText.fixed($0[0], 1) } ?? NumberText.nothing,
          pair.listenerTest.map { NumberText.p($0.adjustedPValue) } ?? NumberText.nothing,
          pair.itemTest.map { NumberText.p($0.adjustedPValue) } ?? NumberText.nothing,
        ]
      }, isSummary: isSummary)
  }

  private func itemTable(_ analysis: ScoreAnalysis) -> Table {
    Table(
      "Median of each item. Look here before believing a mean: systems may change places from item to item.",
      [.text("item")] + analysis.systems.map { .number($0.system) },
      analysis.items.indices.map { index in
        [analysis.items[index]]
          + analysis.systems.map {
            $0.itemMedians[index].map { NumberText.fixed($0, digits) } ?? NumberText.nothing
          }
      })
  }

  private func itemComparisonTable(_ analysis: ScoreAnalysis) -> Table {
    Table(
      "Differences of each item, first minus second; p-values of all of them corrected together after Holm.",
      [.text("item"), .text("first"), .text("second"), .number("mean"), .number("p"), .number("p, Holm")],
      analysis.comparisons.flatMap { pair in
        pair.items.map { item in
          [
            item.item, pair.first, pair.second, NumberText.signed(item.difference, digits),
            item.test.map { NumberText.p($0.pValue) } ?? NumberText.nothing,
            item.test.map { NumberText.p($0.adjustedPValue) } ?? NumberText.nothing,
          ]
        }
      })
  }
}
