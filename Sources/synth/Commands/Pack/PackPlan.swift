// What `pack` makes, all of it resolved: the notes, how each is told and how often it is tried. Making them: PackPlan+Making.swift.
// Where they go: PackFolder.swift.
import ArgumentParser
import Generation
import Instruments
import Reports
import Signal
import WaveNet

/// A recording of a pack.
struct PackPiece {
  /// MIDI number.
  let key: Int
  let layer: VelocityLayer
  /// From 1.
  let take: Int
  /// Of the model's, by its name.
  let label: String?
  /// Shares of the model's labels; empty for none.
  let shares: [Float]
  /// Of its file.
  let name: String

  var note: String { Pitch(midi: key)?.description ?? "\(key)" }
}

struct PackPlan {
  /// How a piece sounds.
  enum Kind: Hashable {
    /// A note of a model that is told pitch and loudness.
    case notes(NoteShape)
    /// Whatever the model plays, so many samples of it.
    case oneShots(Int)
  }

  let recipe: Recipe
  /// Of the model's weights, in hexadecimal.
  let weights: String
  let seed: UInt64
  let kind: Kind
  let pieces: [PackPiece]
  let layers: [VelocityLayer]
  let takes, tries: Int
  /// Of the files' samples.
  let width: SampleWidth
  /// Of the files, in Hz.
  let sampleRate: Int
  let threads: Int
  /// What makes the same again, as words of a command line, without the folder.
  let command: [String]

  var isKit: Bool { if case .oneShots = kind { true } else { false } }

  /// Samples that are generated for a try, at the model's rate.
  var samples: Int {
    switch kind {
    case .notes(let shape): shape.samples(recipe.sampleRate)
    case .oneShots(let samples): samples
    }
  }

  /// Samples to generate for a piece, with all its tries.
  var total: Int { tries * (samples + recipe.leadIn(isKit ? direction(pieces[0], try: 0) : nil).samples) }

  /// Every try of every key and take is a clip of its own, the same in every pack that has it.
  func index(_ piece: PackPiece, try number: Int) -> UInt64 {
    UInt64((piece.key * 100 + piece.take - 1) * 100 + number)
  }

  /// - number: of the try, from 0
  func direction(_ piece: PackPiece, try number: Int) -> Direction {
    guard let conditioning = recipe.model.configuration.conditioning else { return Direction() }
    let labels = piece.shares.isEmpty ? nil : piece.shares
    switch kind {
    case .oneShots(let samples):
      return recipe.gestures?.following(
        seed: seed, clip: index(piece, try: number), samples: samples, labels: labels, once: true)
        ?? Direction(labels.map { Conditions(labels: $0) })
    case .notes(let shape):
      let curves = shape.curves(
        pitch: Double(piece.key) + NoteShape.detuning(try: number) / 100, level: piece.layer.level ?? 0,
        frame: conditioning.frameSamples, sampleRate: recipe.sampleRate)
      let channels = conditioning.controls.flatMap(\.channels)
      guard let rows = curves.rows(channels) else {
        preconditionFailure("a note for \(conditioning.controls)")
      }
      return Direction(Conditions(labels: piece.shares, controls: rows))
    }
  }

  /// What makes the piece again, for its file's comment: if a file says the same, but for which try it is (`Finding`), it is that
  /// piece.
  func comment(_ piece: PackPiece) -> String {
    let direction = direction(piece, try: 0)
    var words = ["key=\(piece.key)", "take=\(piece.take)"]
    if let level = piece.layer.level { words.append("level=\(level)") }
    if let label = piece.label { words.append("label=\(label.replacing(" ", with: "_"))") }
    words.append("tries=\(tries)")
    switch kind {
    case .notes(let shape): words += ["hold=\(shape.hold)", "release=\(shape.release)"]
    case .oneShots: words.append("one-shot")
    }
    if sampleRate != recipe.sampleRate { words.append("rate=\(sampleRate)") }
    words += recipe.origin(width: width, weights: weights, direction)
    return recipe.comment(
      program: "synth \(Version.text) pack", seed: seed, clip: Int(index(piece, try: 0)) + 1,
      samples: samples, direction: direction, following: words)
  }

  /// What a comment says of the pack as a whole, without what is each file's own.
  static func settings(_ comment: String) -> String {
    EarlierSound.words(
      of: comment, without: ["clip=", "key=", "take=", "level=", "label=", "told="] + Finding.words)
  }

  /// What was found out when a piece was made, at the end of its comment.
  struct Finding {
    static let words = ["kept=", "cut="]
    /// Which try is the best one, from 1.
    let kept: Int
    /// Samples of the file's rate that were cut away in front.
    let cut: Int

    var text: String { "kept=\(kept) cut=\(cut)" }

    init(kept: Int, cut: Int) { (self.kept, self.cut) = (kept, cut) }

    /// Of a whole comment.
    init?(_ comment: String) {
      func value(_ word: String) -> Int? {
        comment.split(separator: " ").last { $0.hasPrefix(word) }.flatMap { Int($0.dropFirst(word.count)) }
      }
      guard let kept = value("kept="), let cut = value("cut=") else { return nil }
      self.init(kept: kept, cut: cut)
    }

    /// A comment without it.
    static func removed(from comment: String) -> String {
      EarlierSound.words(of: comment, without: words)
    }
  }
}
