// The table of a tuning, as a section of a model's card.
internal import Reports
package import WaveNet

extension Tuning {
  static let heading = "## Sampling settings, measured"

  /// The model's recommendation with what was found; everything else in it stays.
  package func applied(to defaults: GenerationDefaults) -> GenerationDefaults {
    var tuned = defaults
    (tuned.temperature, tuned.topP) = (chosen.temperature, chosen.topP)
    return tuned
  }

  /// The card with the table in it, in place of an earlier one.
  package func card(_ card: String) -> String {
    var lines = card.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last == "" { lines.removeLast() }
    if let start = lines.firstIndex(of: Self.heading) {
      // To the end of its table: what somebody has written behind it stays.
      let behind = lines[(start + 1)...]
      let heading = behind.firstIndex { $0.hasPrefix("#") } ?? lines.endIndex
      let table = behind[..<heading].firstIndex { $0.hasPrefix("|") } ?? start
      let end = lines[table..<heading].dropFirst().firstIndex { !$0.hasPrefix("|") } ?? heading
      lines.replaceSubrange(start..<end, with: section)
    } else {
      lines += (lines.isEmpty ? [] : [""]) + section
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var section: [String] {
    let controls = trials.contains { $0.agreement != nil }
    let names =
      ["temperature", "top-p", "score", "spectrum dB", levelHeading]
      + (controls ? ["pitch cents", "within 50 cents"] : []) + ["clicks", "silent"]
    let rows = trials.enumerated().map { index, trial in
      let mark = index == best ? "**" : ""
      let level = trial.agreement?.levelDbMedian ?? trial.loudnessDb
      var cells = [
        "\(mark)\(trial.setting.temperature)\(mark)", trial.setting.topP.map { "\($0)" } ?? "",
        NumberText.fixed(trial.score, 2), NumberText.fixed(trial.spectrumDb, 1), NumberText.fixed(level, 1),
      ]
      if controls {
        cells += [
          NumberText.fixed(trial.agreement?.pitchCentsMedian, 1),
          trial.agreement?.pitchWithin50Cents.map { NumberText.fixed(100 * $0, 0) + " %" } ?? "",
        ]
      }
      return cells + ["\(trial.clicks)", "\(trial.silentClips) of \(trial.clips)"]
    }
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    return [
      Self.heading, "",
      "Tried on \(sound) by `synth tune`; the smaller the score, the better. "
        + (controls
          ? "Spectrum is the distance to the recordings, pitch and level those from what the clips were told."
          : "Spectrum and loudness are distances to the recordings."),
      "", line(names),
      line(names.map { _ in "---" }),
    ] + rows.map(line)
  }
}
