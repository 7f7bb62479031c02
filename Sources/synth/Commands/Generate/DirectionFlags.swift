// What a conditioned model is told to play: the flags. What they come to: Directions.swift.
import ArgumentParser

struct DirectionFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Play what this recording plays: its pitch, loudness and pauses, whatever makes it (a hummed tune); '-' is standard input.",
      valueName: "file"), completion: .file())
  var like: String?

  @Option(
    help: ArgumentHelp(
      """
      Play the curves in this table, as synth inspect --controls writes them; '-' is standard input. They end with its last row; \
      before its first row, that row holds.
      """, valueName: "file.csv"),
    completion: .file(extensions: ["csv"]))
  var curve: String?

  @Flag(help: "Follow nothing: go on freely from an excerpt of what the model has learnt from.")
  var free = false

  @Option(parsing: .unconditional, help: "Play so many semitones higher; lower below 0.")
  var transpose: Double?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Play so much louder; softer below 0.", valueName: "dB"))
  var level: Double?

  @Option(
    help: ArgumentHelp("One of the model's labels, or a mixture: flute:0.7,voice:0.3.", valueName: "name"))
  var label: String?

  var isGiven: Bool {
    like != nil || curve != nil || free || transpose != nil || level != nil || label != nil
  }

  func validate() throws {
    let ways = [like.map { _ in "--like" }, curve.map { _ in "--curve" }, free ? "--free" : nil].compactMap {
      $0
    }
    if ways.count > 1 { throw ValidationError("\(ways.joined(separator: " and ")): give one of them") }
    if free && (transpose != nil || level != nil) {
      throw ValidationError("--transpose and --level change what is followed, and --free follows nothing")
    }
    if let transpose, !(-60...60).contains(transpose) {
      throw ValidationError("--transpose \(transpose): give -60 to 60 semitones")
    }
    if let level, !(-60...60).contains(level) { throw ValidationError("--level \(level): give -60 to 60 dB") }
  }
}
