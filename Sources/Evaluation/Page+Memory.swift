// The page's section on memorising: how alike generated excerpts are to the training recordings, beside held-out ones.
internal import Signal

extension Page {
  var memory: String {
    guard let memory = report.memory else { return "" }
    let lead =
      "Every excerpt of \(Text.fixed(memory.excerptSeconds, 1)) s is looked for at every place of the "
      + "\(Text.fixed(memory.trainingSeconds, 0)) s of training recordings. Waveform: the largest correlation coefficient of "
      + "the samples; 1 is the same waveform up to loudness, and only a copy of something aperiodic comes near it, but two "
      + "steady tones of one pitch also do. Content: the same of third-octave levels over time, the average spectrum "
      + "taken away, which finds a repeated phrase whose waveform differs. Held-out excerpts cannot be copies: they are the floor."
    let nearest = memory.generated.sorted { $0.waveform.correlation > $1.waveform.correlation }.prefix(8)
    let rows = nearest.map { excerpt in
      [
        "\(Markup.escaped(excerpt.clip)), \(Text.fixed(excerpt.at, 1)) s",
        Text.fixed(excerpt.waveform.correlation, 3),
        "\(Markup.escaped(Page.short(excerpt.waveform.recording))), \(Text.fixed(excerpt.waveform.at, 2)) s",
        Text.fixed(excerpt.content.correlation, 3),
        "\(Markup.escaped(Page.short(excerpt.content.recording))), \(Text.fixed(excerpt.content.at, 2)) s",
      ]
    }
    let silent =
      memory.silentExcerpts > 0
      ? "<p class=\"lead\">Silent excerpts that were left out: \(memory.silentExcerpts).</p>" : ""
    return Page.section(
      "Does it repeat its training recordings?", lead,
      "<p><b>\(Markup.escaped(memory.verdict))</b></p>"
        + Colour.key([
          (Colour.generated, "generated excerpts"), (Colour.held, "held-out excerpts: the floor"),
        ])
        + strips(memory) + silent + "<h3>The closest generated excerpts</h3>"
        + Page.table(["excerpt", "waveform", "nearest", "content", "nearest"], rows, words: true))
  }

  /// A dot per excerpt, on four lines from 0 to 1; the tick is the median.
  private func strips(_ memory: MemoryReport) -> String {
    let lines: [(String, [Double], Double?, String)] = [
      (
        "waveform, generated", memory.generated.map(\.waveform.correlation), memory.waveform.generatedMedian,
        Colour.generated
      ),
      (
        "waveform, held-out", memory.heldOut.map(\.waveform.correlation), memory.waveform.heldOutMedian,
        Colour.held
      ),
      (
        "content, generated", memory.generated.map(\.content.correlation), memory.content.generatedMedian,
        Colour.generated
      ),
      (
        "content, held-out", memory.heldOut.map(\.content.correlation), memory.content.heldOutMedian,
        Colour.held
      ),
    ]
    let (left, right, row) = (170.0, 930.0, 34.0)
    func x(_ value: Double) -> Double { left + (right - left) * max(0, min(1, value)) }
    var plot = Plot(height: row * 4 + 26)
    for tick in stride(from: 0.0, through: 1, by: 0.1) {
      plot.line(x(tick), 2, x(tick), row * 4)
      plot.text(Text.fixed(tick, 1), x(tick), row * 4 + 18, .middle)
    }
    for (i, (name, values, median, colour)) in lines.enumerated() {
      let y = row * (Double(i) + 0.5)
      plot.text(name, left - 14, y + 4, .end)
      for value in values { plot.dot(x(value), y, colour, opacity: 0.55) }
      if let median { plot.line(x(median), y - 11, x(median), y + 11, "var(--ink)", width: 2) }
    }
    return plot.svg("Correlation of excerpts with their nearest place in the training recordings")
  }
}
