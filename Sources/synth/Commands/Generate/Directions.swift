// What each clip of `generate` is led by, resolved from flags: a recording, a table, the model's own gestures, nothing; and the
// codes that it goes on from. In words for the comment of a file and for the report.
import ArgumentParser
import AudioIO
import Files
import Generation
import Reports
import Signal
import WaveNet

struct Directions {
  /// How long what is followed is, if it has an end.
  let samples: Int?
  /// As settings: `like=hum.wav transpose=12`.
  let words: [String]
  /// What all clips follow; nil where each follows its own.
  private let common: Direction?
  private let recipe: Recipe
  private let labels: [Float]?
  private let changes: Changes
  private let isFree: Bool

  private struct Changes {
    var transpose: Double
    var level: Double
    var isNone: Bool { transpose == 0 && level == 0 }

    func applied(_ curves: ControlCurves) -> ControlCurves {
      isNone ? curves : curves.transposed(semitones: transpose).louder(decibels: level)
    }
  }

  /// A recording to go on from.
  private let prime: PrimedSound?

  /// - prime: a recording to go on from, at the model's rate, and its codes
  /// - most: samples that are made of it, where that does not hang on what is followed
  init(
    _ flags: DirectionFlags, _ recipe: Recipe, prime sound: (clip: Clip, codes: [UInt16])?, most: Int?
  ) throws {
    self.recipe = recipe
    guard let conditioning = recipe.model.configuration.conditioning else {
      if flags.isGiven {
        throw ValidationError(
          "\(recipe.name) cannot be told anything: --label, --like, --curve, --transpose, --level and --free need a model "
            + "that was trained with controls or labels")
      }
      (samples, words, labels, isFree) = (nil, [], nil, false)
      changes = Changes(transpose: 0, level: 0)
      common = Direction(prime: sound?.codes ?? [])
      prime = nil
      return
    }
    let prime = try sound.map { sound in
      try Interrupt.whileNothingIsMade { PrimedSound(sound.clip, sound.codes, conditioning) }
    }
    self.prime = prime
    labels = try flags.label.map {
      try LabelMixture.shares($0, of: conditioning.labels, model: recipe.name)
    }
    changes = Changes(transpose: flags.transpose ?? 0, level: flags.level ?? 0)
    isFree = flags.free
    var words: [String] = []
    if let label = flags.label { words.append("label=\(label)") }
    if flags.free { words.append("free") }
    try Self.check(flags, conditioning, model: recipe.name)
    let followed = try Self.curves(flags, conditioning, recipe.sampleRate, most: most)
    if let like = flags.like { words.append("like=\(like)") }
    if let curve = flags.curve { words.append("curve=\(curve)") }
    if let transpose = flags.transpose { words.append("transpose=\(transpose)") }
    if let level = flags.level { words.append("level=\(level)") }
    self.words = words
    samples = followed?.samples
    if let curves = followed?.curves {
      let told = Self.told(changes.applied(curves), conditioning)
      common = Direction(told, labels: labels ?? [], behind: prime, source: flags.like ?? flags.curve)
    } else if let prime, isFree || recipe.gestures == nil {
      common = Direction(
        labels.map { Conditions(labels: $0, start: prime.codes.count) }, prime: prime.codes)
    } else if recipe.gestures == nil {
      if !changes.isNone {
        throw ValidationError(
          "\(recipe.name) has no gestures to change: give --like FILE or --curve FILE.csv")
      }
      common = Direction(labels.map { Conditions(labels: $0) })
    } else {
      common = nil
    }
  }

  /// Semitones, of `--transpose`.
  var transposition: Double { changes.transpose }

  /// dB, of `--level`.
  var levelChange: Double { changes.level }

  /// The labels that the model knows, where it follows a recording or a table and is told none of them: empty otherwise.
  var untoldLabels: [String] {
    labels == nil && samples != nil ? recipe.model.configuration.conditioning?.labels ?? [] : []
  }

  /// Whether all clips follow the same.
  var isCommon: Bool { common != nil }

  /// What clip number `clip`, from 1, follows for `samples` samples.
  func direction(clip: Int, seed: UInt64, samples: Int) -> Direction {
    if let common { return common }
    guard let gestures = recipe.gestures, let conditioning = recipe.model.configuration.conditioning else {
      return Direction()
    }
    let index = UInt64(clip - 1)
    if isFree { return gestures.free(seed: seed, clip: index, labels: labels) }
    var direction = gestures.following(seed: seed, clip: index, samples: samples, labels: labels)
    if let conditions = direction.conditions, !conditions.controls.isEmpty {
      let curves = conditioning.curves(conditions.controls, sampleRate: recipe.sampleRate)
      direction.conditions?.controls = changes.applied(curves).values
    }
    return prime.map { direction.behind($0, conditioning, sampleRate: recipe.sampleRate) } ?? direction
  }

  /// Curves of all channels of a model.
  private static func told(_ curves: ControlCurves, _ conditioning: Conditioning) -> ControlCurves {
    let channels = conditioning.controls.flatMap(\.channels)
    guard let rows = curves.rows(channels) else {
      preconditionFailure("curves of \(curves.channels) for \(conditioning.controls)")
    }
    return ControlCurves(frame: curves.frame, sampleRate: curves.sampleRate, channels: channels, values: rows)
  }

  /// What the model is not told cannot be changed.
  private static func check(_ flags: DirectionFlags, _ conditioning: Conditioning, model: String) throws {
    if (flags.like != nil || flags.curve != nil) && conditioning.controls.isEmpty {
      throw ValidationError(
        "\(model) knows labels alone: --like and --curve need a model that was trained with controls")
    }
    let channels = conditioning.controls.flatMap(\.channels)
    for (flag, isGiven, channel) in [
      ("--transpose", flags.transpose != nil, ControlChannel.pitch),
      ("--level", flags.level != nil, .loudness),
    ] where isGiven && !channels.contains(channel) {
      throw ValidationError("\(flag): \(model) is told no \(channel), and would play the same: leave it out")
    }
  }

  /// What is to be followed, before it is changed, and the samples that it goes on for.
  private static func curves(
    _ flags: DirectionFlags, _ conditioning: Conditioning, _ rate: Int, most: Int?
  ) throws -> (curves: ControlCurves, samples: Int)? {
    guard flags.like != nil || flags.curve != nil else { return nil }
    let channels = conditioning.controls.flatMap(\.channels).filter { !$0.isComputed }
    if let path = flags.curve {
      let (place, name) = path == "-" ? ("/dev/stdin", "standard input") : (path, path)
      let table = try CSVTable(path: place, name: name)
      let unknown = table.columns.filter { !ControlCurves.isColumn($0) }
      if !unknown.isEmpty {
        Terminal.warn(
          "\(FileName.shown(name)): nothing is made of \(NumberText.list(unknown.map { "'\(FileName.shown($0))'" })): columns are "
            + "called time, pitch_hz, voicing, loudness_db, mel_0 ...")
      }
      let curves = try ControlCurves(
        table, channels: channels, frame: conditioning.frameSamples, sampleRate: rate)
      return (curves, curves.frames * curves.frame)
    }
    let path = flags.like!
    ProgressLine.draw { ["reading \(path)"] }
    defer { ProgressLine.clear() }
    let sound = try Interrupt.whileNothingIsMade { try SoundFile.readMixed(path, sampleRate: rate) }
    for warning in sound.warnings(path: path) { Terminal.warn(warning) }
    if Loudness.isSilent(sound.clip) {
      Terminal.warn("\(FileName.shown(path)): is silent, and so will the clips be")
    }
    ProgressLine.draw { ["hearing what \(path) plays", "\(NumberText.clock(sound.clip.seconds)) long"] }
    let curves = try Interrupt.whileNothingIsMade {
      FollowedSound(sound.clip, most: most).curves(channels, frame: conditioning.frameSamples)
    }
    return (curves, sound.clip.samples.count)
  }
}
