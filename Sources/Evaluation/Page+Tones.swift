// The page's section for models of chords and sines: figures over all clips, then clip by clip.
internal import Reports

extension Page {
  var tones: [Document.Block] {
    guard let tones = report.tones else { return [] }
    return [
      .heading("What it generates"),
      .lead(
        "Partials of \(NumberText.count(tones.clips.count, "generated clip")), against \(tones.against)."),
    ] + command + [.tiles(tiles(tones)), .table(table(tones))]
  }

  private func tiles(_ tones: ToneReport) -> [Document.Tile] {
    func figure(_ figure: ToneReport.Figure, _ digits: Int, _ words: String) -> Document.Tile {
      .init(
        NumberText.fixed(figure.median, digits),
        "\(words), median; worst \(NumberText.fixed(figure.worst, digits))")
    }
    func faults(_ count: Int, _ words: String) -> Document.Tile {
      .init("\(count)", words, count > 0 ? .bad : .good)
    }
    let clips = NumberText.count(tones.clips.count, "clip")
    var tiles: [Document.Tile] = []
    if tones.cents.count > 0 { tiles.append(figure(tones.cents, 2, "cents out of tune")) }
    if tones.levelErrorDb.count > 0 { tiles.append(figure(tones.levelErrorDb, 2, "dB off the level")) }
    tiles += [
      figure(tones.snrDb, 1, "dB above everything else"),
      figure(tones.driftDb, 2, "dB from loudest to softest second"),
    ]
    if let missing = tones.missing {
      tiles.append(faults(missing, "partials missing, in \(tones.clipsWithMissing) of \(clips)"))
    }
    return tiles + [
      faults(tones.extra, "partials too many, in \(tones.clipsWithExtra) of \(clips)"),
      faults(tones.clicks, "clicks, in \(tones.clipsWithClicks) of \(clips)"),
      faults(tones.silentClips, "silent clips"),
    ]
  }

  private func table(_ tones: ToneReport) -> Table {
    Table(
      "",
      [
        .number("clip"), .text("partials (cents)"), .text("missing"), .text("too many"),
        .number("level error"), .number("SNR dB"), .number("drift dB"), .number("clicks"), .number("DC"),
        .number("level dB"),
      ],
      tones.clips.map { clip in
        let partials = clip.partials.filter { !$0.isExtra }.map { partial in
          (partial.note ?? Page.hertz(partial.hz))
            + (partial.cents.map { "\u{A0}(\(NumberText.signed($0, 1)))" } ?? "")
        }
        let missing = clip.missing.map { Page.words($0.map(Page.hertz)) } ?? ""
        let extra = clip.extra.map { "\(Page.hertz($0.hz))\u{A0}\(NumberText.fixed($0.db, 0))\u{A0}dB" }
        return [
          "\(clip.clip)", partials.joined(separator: " "), missing, Page.words(extra),
          NumberText.fixed(Page.worst(clip.partials.compactMap(\.levelErrorDb)), 2),
          NumberText.fixed(clip.snrDb, 1), NumberText.fixed(clip.driftDb, 2), "\(clip.clicks.count)",
          NumberText.fixed(clip.dc, 4), clip.isSilent ? "silent" : NumberText.fixed(clip.levelDb, 1),
        ]
      })
  }

  /// Not torn apart at the end of a line.
  private static func hertz(_ value: Double) -> String { "\(NumberText.fixed(value, 0))\u{A0}Hz" }

  private static func words(_ all: [String]) -> String {
    all.isEmpty ? NumberText.nothing : all.joined(separator: ", ")
  }

  /// The value farthest from 0.
  private static func worst(_ values: [Double]) -> Double? { values.max { abs($0) < abs($1) } }
}
