// The page's section on memorising: how alike generated excerpts are to the training recordings, beside held-out ones.
internal import Files
internal import Reports

extension Page {
  var memorization: [Document.Block] {
    guard let memorization = report.memorization, let verdict = report.memorizationVerdict else { return [] }
    let nearest = memorization.generated.sorted { $0.waveform.correlation > $1.waveform.correlation }.prefix(
      8)
    let rows = nearest.map { excerpt in
      [
        Page.place(excerpt.clip, excerpt.at, 1), NumberText.fixed(excerpt.waveform.correlation, 3),
        Page.place(Page.short(excerpt.waveform.recording), excerpt.waveform.at, 2),
        NumberText.fixed(excerpt.content.correlation, 3),
        Page.place(Page.short(excerpt.content.recording), excerpt.content.at, 2),
      ]
    }
    let silent: [Document.Block] =
      memorization.silentExcerpts > 0
      ? [.lead("Silent excerpts that were left out: \(memorization.silentExcerpts).")] : []
    return [
      .heading("Does it repeat its training recordings?"),
      .lead(
        "Every excerpt of \(NumberText.plain(memorization.excerptSeconds)) s is looked for at every place of the "
          + "\(NumberText.fixed(memorization.trainingSeconds, 0)) s of training recordings. Waveform: the largest correlation "
          + "coefficient of the samples; 1 is the same waveform up to loudness, and only a copy of something aperiodic comes "
          + "near it, but two steady tones of one pitch also do. Content: the same of third-octave levels over time, the "
          + "average spectrum taken away, which finds a repeated phrase whose waveform differs. Held-out excerpts cannot be "
          + "copies: they are the floor."),
      .finding(FileName.shown(verdict)),
      .key([(.generated, "generated excerpts"), (.heldOut, "held-out excerpts: the floor")]),
      .plot(strips(memorization)),
    ] + silent + [
      .subheading("The closest generated excerpts"),
      .table(
        Table(
          "",
          [
            .text("excerpt"), .number("waveform"), .text("nearest"), .number("content"), .text("nearest"),
          ], rows)),
    ]
  }

  private static func place(_ name: String, _ seconds: Double, _ digits: Int) -> String {
    "\(FileName.shown(name)), \(NumberText.fixed(seconds, digits)) s"
  }

  /// A dot per excerpt, from 0 to 1.
  private func strips(_ memorization: MemorizationReport) -> RowPlot {
    func row(
      _ name: String, _ excerpts: [MemorizationReport.Excerpt],
      _ figure: KeyPath<MemorizationReport.Excerpt, MemorizationReport.Nearest>,
      _ median: Double?, _ hue: Document.Hue
    ) -> RowPlot.Row {
      .init(
        label: name,
        marks: [.points(excerpts.map { $0[keyPath: figure].correlation })]
          + (median.map { [.median($0)] } ?? []),
        note: "median \(NumberText.fixed(median, 2))", hue: hue)
    }
    return RowPlot(
      title: "Correlation of excerpts with their nearest place in the training recordings",
      caption: "A dot per excerpt; the tick is their median.",
      axis: Axis(0...1, ticks: (0...10).map { Double($0) / 10 }, title: "") { NumberText.fixed($0, 1) },
      rows: [
        row(
          "waveform, generated", memorization.generated, \.waveform, memorization.waveform.generatedMedian,
          .generated),
        row(
          "waveform, held-out", memorization.heldOut, \.waveform, memorization.waveform.heldOutMedian,
          .heldOut),
        row(
          "content, generated", memorization.generated, \.content, memorization.content.generatedMedian,
          .generated),
        row(
          "content, held-out", memorization.heldOut, \.content, memorization.content.heldOutMedian, .heldOut),
      ])
  }
}
