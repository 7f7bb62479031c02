// The page's first section: bits per sample beside simple predictors, clip by clip.
internal import Files
internal import Reports

extension Page {
  var bits: [Document.Block] {
    let bits = report.bits
    func row(_ name: String, _ model: Double, _ b: Baselines, _ weight: Table.Row.Weight = .plain)
      -> Table.Row
    {
      .init(
        [name] + [model, b.linearPredictor, b.bigram, b.unigram].map { NumberText.fixed($0, 3) },
        weight: weight)
    }
    var rows = bits.files.map { row(FileName.shown($0.path), $0.bitsPerSample, $0.baselines) }
    if rows.count > 1 {
      rows.append(
        row(
          "all \(bits.files.count) clips, \(NumberText.fixed(bits.seconds, 1)) s", bits.bitsPerSample,
          bits.baselines, .strong))
    }
    if let some = bits.comparisonOfSome {
      rows.append(
        .init(
          ["the \(some.files) of them that are long enough to compare"]
            + [some.bitsPerSample, some.linearPredictor, nil, nil].map { NumberText.fixed($0, 3) },
          weight: .strong))
    }
    var blocks: [Document.Block] = [
      .heading("Prediction of held-out sound"),
      .lead(
        "What a sample costs in bits, on average over every sample of every clip, with silence before each. Less is "
          + "better; the line of linear prediction is the one to beat."),
      .plot(bars), .lead("\(bits.intervalNote)."),
    ]
    if let comparison = bits.comparison, let interval = comparison.interval {
      blocks.append(
        .lead(
          "Model minus linear prediction: \(NumberText.fixed(comparison.difference, 3)) bits per sample, "
            + "\(Page.range(interval)) over clips."))
    }
    blocks.append(
      .table(
        Table(
          "", [.text("clip"), .number("model"), .number("linear 32"), .number("bigram"), .number("unigram")],
          rows: rows)))
    return blocks + labels
  }

  /// Label by label, where there are labels.
  private var labels: [Document.Block] {
    let bits = report.bits
    if bits.labels.isEmpty { return [] }
    let rows = bits.labels.map { row in
      let comparison = row.versusLinearPredictor
      return [row.label.map(FileName.shown) ?? "(no label)"]
        + [row.compared, comparison?.linearPredictor, comparison?.difference].map {
          NumberText.fixed($0, 3)
        } + [
          comparison?.interval.map(Page.range) ?? NumberText.nothing, row.comparedClips,
          NumberText.clock(row.seconds),
        ]
    }
    var blocks: [Document.Block] = [
      .subheading("By label"),
      .table(
        Table(
          "",
          [
            .text("label"), .number("model"), .number("linear 32"), .number("difference"),
            .text("95 % over clips"), .number("clips"), .number("time"),
          ], rows
        ).withoutEmptyColumns),
    ]
    if let verdict = bits.labelVerdict { blocks.append(.finding(verdict)) }
    return blocks
  }

  /// One bar per predictor, the model's with its interval.
  private var bars: RowPlot {
    let bits = report.bits
    let entries: [(name: String, value: Double?, hue: Document.Hue)] = [
      ("this model", bits.bitsPerSample, .generated),
      ("linear prediction, 32", bits.baselines.linearPredictor, .heldOut),
      ("bigram", bits.baselines.bigram, .training), ("unigram", bits.baselines.unigram, .training),
      ("none (uniform)", bits.baselines.uniform, .training),
    ]
    let shown = entries.filter { $0.value?.isFinite == true }
    return RowPlot(
      title: "Bits per sample of the model and of simple predictors", caption: "",
      axis: .amounts(upTo: max(bits.interval?.high ?? 0, shown.compactMap(\.value).max() ?? 1), title: ""),
      rows: shown.enumerated().map { index, entry in
        var marks: [RowPlot.Mark] = [.bar(entry.value!)]
        if index == 0, let interval = bits.interval, interval.low <= interval.high {
          marks.append(.error(interval.low...interval.high))
        }
        return .init(
          label: entry.name, marks: marks, note: NumberText.fixed(entry.value, 3), hue: entry.hue)
      })
  }
}
