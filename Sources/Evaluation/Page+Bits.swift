// The page's first section: bits per sample beside simple predictors, clip by clip.
internal import Signal

extension Page {
  var bits: String {
    let bits = report.bits
    var rows = bits.files.map { file in
      Page.row(
        Markup.escaped(file.path), file.bitsPerSample, file.baselines.linearPredictor, file.baselines.bigram,
        file.baselines.unigram)
    }
    var classes = rows.map { _ in "" }
    if rows.count > 1 {
      rows.append(
        Page.row(
          "all \(bits.files.count) clips, \(Text.fixed(bits.seconds, 1)) s", bits.bitsPerSample,
          bits.baselines.linearPredictor, bits.baselines.bigram, bits.baselines.unigram))
      classes.append("all")
    }
    var notes = "<p class=\"lead\">\(Markup.escaped(bits.intervalNote)).</p>"
    if let comparison = bits.comparison, let interval = comparison.interval {
      notes +=
        "<p class=\"lead\">Model minus linear prediction: \(Text.fixed(comparison.difference, 3)) bits per sample, "
        + "\(Text.fixed(interval.low, 3)) to \(Text.fixed(interval.high, 3)) over clips.</p>"
    }
    return Page.section(
      "Prediction of held-out sound",
      "What a sample costs in bits, on average over every sample of every clip, with silence before each. Less is better; "
        + "the line of linear prediction is the one to beat.",
      bars + notes
        + Page.table(["clip", "model", "linear&nbsp;32", "bigram", "unigram"], rows, classes: classes))
  }

  private static func row(_ name: String, _ values: Double?...) -> [String] {
    [name] + values.map { Text.fixed($0, 3) }
  }

  /// One bar per predictor, the model's with its interval.
  private var bars: String {
    let bits = report.bits
    let entries: [(String, Double?, String)] = [
      ("this model", bits.bitsPerSample, Colour.generated),
      ("linear prediction, 32 taps", bits.baselines.linearPredictor, Colour.held),
      ("bigram", bits.baselines.bigram, Colour.training),
      ("unigram", bits.baselines.unigram, Colour.training),
      ("none (uniform)", bits.baselines.uniform, Colour.training),
    ]
    let shown = entries.filter { $0.1?.isFinite == true }
    let most = max(bits.interval?.high ?? 0, shown.compactMap(\.1).max() ?? 1) * 1.02
    let (left, right, row) = (190.0, 890.0, 30.0)
    func x(_ value: Double) -> Double { left + (right - left) * value / most }
    var plot = Plot(height: row * Double(shown.count) + 28)
    for tick in Plot.ticks(to: most, count: 8) {
      plot.line(x(tick), 4, x(tick), row * Double(shown.count) + 6)
      plot.text(
        Text.fixed(tick, tick == tick.rounded() ? 0 : 1), x(tick), row * Double(shown.count) + 22, .middle)
    }
    for (i, (name, value, colour)) in shown.enumerated() {
      let y = row * Double(i) + 8
      plot.text(name, left - 12, y + 15, .end, strong: i == 0)
      plot.bar(left, y, x(value!) - left, row - 8, colour, opacity: i == 0 ? 1 : 0.6)
      plot.text(
        Text.fixed(value, 3), max(x(value!), x(i == 0 ? bits.interval?.high ?? 0 : 0)) + 8, y + 15,
        strong: i == 0)
      if i == 0, let interval = bits.interval {
        let middle = y + (row - 8) / 2
        plot.line(x(interval.low), middle, x(interval.high), middle, "var(--ink)", width: 2)
        for end in [interval.low, interval.high] {
          plot.line(x(end), middle - 5, x(end), middle + 5, "var(--ink)", width: 2)
        }
      }
    }
    return plot.svg("Bits per sample of the model and of simple predictors")
  }
}
