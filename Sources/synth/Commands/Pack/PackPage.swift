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
    try SoundFile.write(
      Showing.row(shown), to: folder.preview, format: format,
      comment: "synth \(Version.text) pack: preview model=\(recipe.name) seed=\(seed) weights=\(weights)")
    try AtomicFile.write(page(report, in: folder), to: folder.page)
    try AtomicFile.write(instrument(files).text, to: folder.instrument)
  }

  func page(_ report: PackReport, in folder: PackFolder) -> String {
    let name = FileName.shown(folder.name)
    let what =
      isKit
      ? "\(NumberText.count(report.notes.count, "one-shot")), one for each key from C2 (36) up"
      : "\(NumberText.count(report.keys, "key")) x \(NumberText.count(layers.count, "level")) x \(NumberText.count(takes, "take"))"
    let loops = report.notes.count { $0.loopEnd != nil }
    var lines = [
      "\(PackFolder.pageMark) \(Version.text) -->", "# \(name)", "",
      "\(what), \(sampleRate) Hz, made by synth \(Version.text) with the model `\(FileName.shown(recipe.name))` (weights "
        + "`\(weights)`) and seed \(seed).", "",
      "Load `\(FileName.shown(Disk.split(folder.instrument).name))` into a sampler that reads SFZ, or the WAV files of `\(PackFolder.samplesName)` "
        + "into any other: each says its key"
        + (isKit ? "." : " and its loop in its `smpl` chunk. C4 is MIDI note 60.")
        + " `preview.wav` has "
        + (isKit ? "all of them" : "the notes of one level") + ", one after the other.", "",
      "```", (["synth pack", CommandText.quoted(folder.name + "/")] + command).joined(separator: " "), "```",
      "",
    ]
    if !isKit {
      lines += [
        "Levels are those that the model played; the velocity of a key makes them softer, from layer to layer without a step. Of each",
        "note \(NumberText.count(tries, "try")) \(tries == 1 ? "was" : "were") made and the best kept, by pitch, level and clicks. What is left of "
          + "mistuning is in `tune`. \(loops) of \(report.notes.count) have a loop.", "",
      ]
    }
    let bad = report.notes.filter { !$0.flaws.isEmpty }
    lines +=
      bad.isEmpty
      ? ["No recording stands out as a bad one.", ""]
      : [
        "Not good, \(bad.count) of \(report.notes.count):", "",
      ]
    lines += bad.map { "- `\($0.file)`: \(NumberText.list($0.flaws))" } + (bad.isEmpty ? [] : [""])
    lines +=
      table(report) + [
        "",
        "May these sounds be passed on? That is for the licences of the model and of the recordings that it was trained on to say; this",
        "program adds no condition.", "",
      ]
    return lines.joined(separator: "\n")
  }

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
          file, "\(note.note) (\(note.key))", note.label.map(FileName.shown) ?? "",
          NumberText.fixed(note.seconds, 2),
          NumberText.fixed(note.levelDb, 1), flaws,
        ]
      }
      let loop = note.loopEnd.map { Double($0 - note.loopStart!) / Double(sampleRate) }
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
