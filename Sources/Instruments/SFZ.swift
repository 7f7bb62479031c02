// An instrument as SFZ (version 1, which every player of it reads): a text that says which recording sounds for which key, velocity
// and turn, and how. Only what this program writes. Tests: SFZTests, with a reader of their own.

package struct SFZ: Hashable, Sendable {
  package struct Region: Hashable, Sendable {
    /// Name of the file in the folder of samples.
    package let sample: String
    package let keys: ClosedRange<Int>
    package let velocities: ClosedRange<Int>
    /// The key at which the recording sounds as it is but for `tune`, in cents.
    package let root: Int
    package let tune: Int
    /// dB.
    package let volume: Double
    package let playing: Playing
    /// Which of how many recordings that take turns, from 1.
    package let turn, turns: Int

    package init(
      sample: String, keys: ClosedRange<Int>, velocities: ClosedRange<Int>, root: Int, tune: Int,
      volume: Double = 0, playing: Playing, turn: Int = 1, turns: Int = 1
    ) {
      (self.sample, self.keys, self.velocities, self.root, self.tune) = (sample, keys, velocities, root, tune)
      (self.volume, self.playing, self.turn, self.turns) = (volume, playing, turn, turns)
    }
  }

  package enum Playing: Hashable, Sendable {
    /// Around a loop until the key is released, then on to the end. Samples, the last of the loop among them no more.
    case loop(Range<Int>)
    /// Once, as long as the key is held.
    case through
    /// Once, whatever the key does.
    case oneShot
  }

  /// Lines in front, for people.
  package let remarks: [String]
  /// Of the samples, relative to the file, with a slash at its end.
  package let folder: String
  /// Seconds that a note takes to fall silent once its key is released; nil for players' own.
  package let release: Double?
  package let regions: [Region]

  package init(remarks: [String], folder: String, release: Double?, regions: [Region]) {
    (self.remarks, self.folder, self.release, self.regions) = (remarks, folder, release, regions)
  }

  package var text: String {
    var lines = remarks.map { "// \($0)" }
    lines += ["<control>", "default_path=\(folder)", "<global>", "amp_veltrack=100"]
    if let release { lines.append("ampeg_release=\(decimal(release))") }
    return (lines + regions.map(\.text)).joined(separator: "\n") + "\n"
  }
}

extension SFZ.Region {
  /// The sample last: a name may have spaces.
  var text: String {
    var words = [
      "<region>", "lokey=\(keys.lowerBound)", "hikey=\(keys.upperBound)", "lovel=\(velocities.lowerBound)",
      "hivel=\(velocities.upperBound)", "pitch_keycenter=\(root)", "tune=\(tune)",
    ]
    if volume != 0 { words.append("volume=\(decimal(volume))") }
    if turns > 1 { words += ["seq_length=\(turns)", "seq_position=\(turn)"] }
    switch playing {
    case .loop(let range):
      // The end of SFZ is the last sample of the loop.
      words += [
        "loop_mode=loop_sustain", "loop_start=\(range.lowerBound)", "loop_end=\(range.upperBound - 1)",
      ]
    case .through: words.append("loop_mode=no_loop")
    case .oneShot: words.append("loop_mode=one_shot")
    }
    return (words + ["sample=\(sample)"]).joined(separator: " ")
  }
}

/// To a hundredth.
private func decimal(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
  return "\(hundredths < 0 ? "-" : "")\(whole)." + (rest < 10 ? "0" : "") + "\(rest)"
}
