// What is written when all recordings of a pack are there: the instrument, a page that says what it is, and a few of its notes to be
// heard.
import AudioIO
import Files
import Instruments
import Reports
import Signal

extension PackPlan {
  /// The instrument last: who sees it has all of it.
  func finish(_ files: [PackFile], _ report: PackReport, in folder: PackFolder) throws {
    let middle = layers[layers.count / 2]
    let shown = zip(pieces, files).filter { $0.0.layer == middle && $0.0.take == 1 }.map(\.1.clip)
    let preview = Showing.row(shown)
    try SoundFile.write(
      preview, to: folder.preview, format: format,
      comment: "synth \(Version.text) pack: preview model=\(recipe.name) seed=\(seed) weights=\(weights) "
        + SoundChecksum.word(preview, format))
    try AtomicFile.write(page(report, in: folder), to: folder.page)
    try AtomicFile.write(instrument(files).text, to: folder.instrument)
  }

  func page(_ report: PackReport, in folder: PackFolder) -> String {
    let all = report.notes.count
    let what =
      isKit
      ? "\(NumberText.count(all, "one-shot")), one for each key from C2 (MIDI note \(OneShots.firstKey)) up"
      : "\(NumberText.count(report.keys, "key")) x \(NumberText.count(layers.count, "level")) x \(NumberText.count(takes, "take"))"
    let chunk = isKit ? "its key" : "its key, its tuning and its loop (C4 is MIDI note 60)"
    let line = ["synth pack", CommandText.quoted(folder.given)] + command
    var text = """
      \(PackFolder.pageMark) \(Version.text) -->
      # \(FileName.shown(folder.name))

      \(what), \(sampleRate) Hz, by synth \(Version.text) from the model `\(FileName.shown(recipe.name))` (weights `\(weights)`), seed \(seed).

      `\(FileName.shown(Disk.split(folder.instrument).name))` is for samplers that read SFZ. For others, each file in `\(PackFolder.samplesName)` says
      \(chunk) in its `smpl` chunk. `preview.wav` has \(isKit ? "all of them" : "the notes of one level"), one after the other.

      ```
      \(FileName.shown(line.joined(separator: " ")))
      ```

      """
    if !isKit {
      let loops = report.notes.count { $0.loopEnd != nil }
      text += """

        The files are as loud as the model played them. `volume` gives back at the middle of a layer what the velocity takes away, so that
        loudness grows with the velocity without a step from layer to layer. \(tries == 1 ? "Each note was made once." : "Each note was made \(tries) times, and the best kept.")
        \(softer)What is left of mistuning is undone by `tune`. \(loops == all ? "All" : "\(loops) of \(all)") notes have a loop\(loops == all ? "" : "; the others end after \(NumberText.plain(hold)) s").

        """
    }
    let bad = report.notes.filter { !$0.flaws.isEmpty }
    text +=
      "\n"
      + (bad.isEmpty ? "No recording stands out as a bad one.\n" : "Not good, \(bad.count) of \(all):\n\n")
    for note in bad { text += "- `\(note.file)`: \(NumberText.list(note.flaws))\n" }
    text += "\n" + table(report).joined(separator: "\n") + "\n"
    return text + """

      Whether these sounds may be passed on, the licences of the model and of the recordings that it was trained on say.

      """
  }

  /// What the layers' volumes leave to be turned up.
  private var softer: String {
    let decibels = -(layers.last?.volume ?? 0)
    return decibels > 0
      ? "The whole instrument is \(NumberText.fixed(decibels, 1)) dB softer than its files, since `volume` ends at "
        + "\(NumberText.plain(VelocityLayer.volumes.upperBound)) dB: turn the player up by as much.\n"
      : ""
  }

  private var hold: Double { if case .notes(let shape) = kind { shape.hold } else { 0 } }

  private func table(_ report: PackReport) -> [String] {
    let head =
      isKit
      ? ["recording", "key", "label", "seconds", "dB", ""]
      : ["recording", "key", "velocities", "cents off", "told dB", "dB", "loop, s", "try", ""]
    let rows = report.notes.map { note -> [String] in
      let file = "`\(note.file)`"
      let flaws = NumberText.list(note.flaws)
      if isKit {
        return [
          file, "\(note.note) (\(note.key))", FileName.shown(note.label ?? "").replacing("|", with: "\\|"),
          NumberText.fixed(note.seconds, 2),
          NumberText.fixed(note.levelDb, 1), flaws,
        ]
      }
      let loop = note.loopEnd.map { Double($0 + 1 - note.loopStart!) / Double(sampleRate) }
      return [
        file, "\(note.note) (\(note.key))", "\(note.lowVelocity)-\(note.highVelocity)",
        NumberText.signed(note.cents, 1), NumberText.fixed(note.wantedDb, 1),
        NumberText.fixed(note.levelDb, 1),
        NumberText.fixed(loop, 2), "\(note.tried)", flaws,
      ]
    }
    return ([head, head.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
  }
}
