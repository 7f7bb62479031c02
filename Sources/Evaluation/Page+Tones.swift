// The page's section for models of chords and sines: figures over all clips, then clip by clip.
internal import Signal

extension Page {
  var tones: String {
    guard let tones = report.tones else { return "" }
    let settings =
      report.generated.map { "<p class=\"lead\"><code>\(Markup.escaped($0.command))</code></p>" } ?? ""
    func tile(_ value: String, _ words: String, _ isBad: Bool? = nil) -> String {
      "<div class=\"tile\(isBad.map { $0 ? " bad" : " good" } ?? "")\"><b>\(value)</b><span>\(words)</span></div>"
    }
    func pair(_ figure: ToneReport.Figure, _ digits: Int) -> String { Text.fixed(figure.median, digits) }
    var tiles: [String] = []
    if tones.cents.count > 0 {
      tiles.append(
        tile(pair(tones.cents, 2), "cents out of tune, median; worst \(Text.fixed(tones.cents.worst, 2))"))
    }
    if tones.levelErrorDb.count > 0 {
      tiles.append(
        tile(
          pair(tones.levelErrorDb, 2),
          "dB off the level, median; worst \(Text.fixed(tones.levelErrorDb.worst, 2))"))
    }
    tiles += [
      tile(
        pair(tones.snrDb, 1), "dB above everything else, median; worst \(Text.fixed(tones.snrDb.worst, 1))"),
      tile(
        pair(tones.driftDb, 2),
        "dB from loudest to softest second, median; worst \(Text.fixed(tones.driftDb.worst, 2))"),
    ]
    if let missing = tones.missing {
      tiles.append(
        tile(
          "\(missing)", "partials missing, in \(tones.clipsWithMissing) of \(tones.clips.count) clips",
          missing > 0))
    }
    tiles += [
      tile(
        "\(tones.extra)", "partials too many, in \(tones.clipsWithExtra) of \(tones.clips.count) clips",
        tones.extra > 0),
      tile(
        "\(tones.clicks)", "clicks, in \(tones.clipsWithClicks) of \(tones.clips.count) clips",
        tones.clicks > 0),
      tile("\(tones.silentClips)", "silent clips", tones.silentClips > 0),
    ]
    let rows = tones.clips.map { clip -> [String] in
      let partials = clip.partials.filter { !$0.isExtra }.map { partial in
        (partial.note ?? "\(Text.fixed(partial.hz, 0))&nbsp;Hz")
          + (partial.cents.map { "&nbsp;<small>\(Page.signed($0))</small>" } ?? "")
      }
      let extra = clip.extra.map { "\(Text.fixed($0.hz, 0))&nbsp;Hz&nbsp;\(Text.fixed($0.db, 0))&nbsp;dB" }
      return [
        "\(clip.clip)", partials.joined(separator: " "),
        clip.missing.map {
          $0.isEmpty ? "\u{2013}" : $0.map { "\(Text.fixed($0, 0))&nbsp;Hz" }.joined(separator: ", ")
        } ?? "",
        extra.isEmpty ? "\u{2013}" : extra.joined(separator: ", "),
        Text.fixed(Page.worst(clip.partials.compactMap(\.levelErrorDb)), 2), Text.fixed(clip.snrDb, 1),
        Text.fixed(clip.driftDb, 2), "\(clip.clicks.count)", Text.fixed(clip.dc, 4),
        clip.isSilent ? "silent" : Text.fixed(clip.levelDb, 1),
      ]
    }
    return Page.section(
      "What it generates",
      "Partials of \(tones.clips.count) generated clips, against \(Markup.escaped(tones.against)).",
      settings + "<div class=\"tiles\">\(tiles.joined())</div>"
        + Page.table(
          [
            "clip", "partials <small>cents</small>", "missing", "too many", "level error", "SNR dB",
            "drift dB", "clicks",
            "DC", "level dB",
          ], rows, words: true))
  }

  /// "+0.3", "\u{2212}1.2".
  private static func signed(_ value: Double) -> String {
    let text = Text.fixed(value, 1)
    return text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : "+" + text
  }

  /// The value farthest from 0.
  private static func worst(_ values: [Double]) -> Double? { values.max { abs($0) < abs($1) } }
}
