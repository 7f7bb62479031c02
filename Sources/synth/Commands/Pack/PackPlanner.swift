// From flags and a model to the plan of a pack: what is not given is taken from what the model has learnt, and said.
import ArgumentParser
import Files
import Generation
import Instruments
import Reports
import Signal
import WaveNet

struct PackPlanner {
  let recipe: Recipe
  let notes: PackNotesFlags
  let label: String?
  /// Lines about what was chosen, and warnings.
  private(set) var remarks: [String] = []
  private(set) var warnings: [String] = []

  /// The notes that are recorded, and what makes them again as words of a command line.
  struct Choice {
    let kind: PackPlan.Kind
    let pieces: [PackPiece]
    let layers: [VelocityLayer]
    let takes: Int
    let words: [String]
  }

  init(_ recipe: Recipe, _ notes: PackNotesFlags, label: String?) {
    (self.recipe, self.notes, self.label) = (recipe, notes, label)
  }

  private var conditioning: Conditioning? { recipe.model.configuration.conditioning }
  private var labels: [String] { conditioning?.labels ?? [] }

  /// More files than anybody's sampler reads.
  private static let most = 10_000

  /// Whether the model can be told a note: pitch and level, and nothing that a note does not say.
  private var playsNotes: Bool {
    let channels = conditioning?.controls.flatMap(\.channels) ?? []
    return channels.contains(.pitch) && channels.contains(.loudness)
      && !channels.contains { if case .mel = $0 { true } else { false } }
  }

  /// - name: of the pack, as it begins the files' names
  mutating func choose(name: String) throws -> Choice { try playsNotes ? keys(name) : kit(name) }

  // MARK: - notes

  private mutating func keys(_ name: String) throws -> Choice {
    if notes.count != nil {
      throw ValidationError(
        "--count: \(recipe.name) is told a pitch, and has as many notes as --keys and --step say; train with --controls "
          + "loudness for hits that it is told no pitch of")
    }
    let (label, shares) = try labelOfNotes()
    let learnt = learnt(shares)
    let step = notes.step ?? 3
    guard let span = notes.keys?.keys ?? learnt?.keys, let levels = notes.levels?.levels ?? learnt?.levels
    else {
      throw ValidationError(
        "\(recipe.name) has no gestures to say what it has learnt: give --keys and --levels, e.g. --keys C4-C6 --levels=-32,-24,-16"
      )
    }
    let keys = Array(stride(from: span.lowerBound, through: span.upperBound, by: step))
    guard let layers = VelocityLayer.layers(levels) else {
      preconditionFailure("levels \(levels)")
    }
    let takes = notes.takes ?? 1
    if keys.count * layers.count * takes > Self.most {
      throw ValidationError(
        "\(keys.count) keys x \(NumberText.count(layers.count, "level")) x \(NumberText.count(takes, "take")) are more than \(Self.most) files: give a larger --step or fewer --levels and --takes"
      )
    }
    say(keys, levels)
    if let learnt {
      warn(keys, learnt)
      warn(levels, learnt)
    }
    var pieces: [PackPiece] = []
    for key in keys {
      for layer in layers {
        for take in 1...takes {
          let file =
            "\(name)_\(NumberText.pad(key, 3))_\(Pitch(midi: key)!)_v\(NumberText.pad(layer.centre, 3))"
            + (takes > 1 ? "_t\(take)" : "")
          pieces.append(
            PackPiece(
              key: key, layer: layer, take: take, label: label, shares: shares, name: file + ".wav"))
        }
      }
    }
    let shape = NoteShape(hold: notes.seconds ?? 3, release: notes.release ?? 0.5)
    return Choice(
      kind: .notes(shape), pieces: pieces, layers: layers, takes: takes,
      words: [
        "--keys", "\(span.lowerBound)-\(span.upperBound)", "--step", "\(step)",
        "--levels=" + levels.map { NumberText.plain($0) }.joined(separator: ","), "--takes", "\(takes)",
        "--seconds", NumberText.plain(shape.hold), "--release", NumberText.plain(shape.release),
      ] + (label.map { ["--label", CommandText.quoted($0)] } ?? []))
  }

  /// The label that all notes have, and its shares.
  private mutating func labelOfNotes() throws -> (label: String?, shares: [Float]) {
    guard let name = label ?? labels.first else { return (nil, []) }
    if label == nil {
      let others = labels.count > 1 ? "; others: " + labels.dropFirst().joined(separator: ", ") : ""
      remarks.append("plays as \(name), its first label\(others)")
    }
    return (name, try LabelMixture.shares(name, of: labels, model: recipe.name))
  }

  /// By the gestures of the labels with a share; by all where these have none.
  private func learnt(_ shares: [Float]) -> LearntRange? {
    recipe.gestures.flatMap { LearntRange($0.curves(labels: shares.isEmpty ? nil : shares)) }
  }

  private mutating func say(_ keys: [Int], _ levels: [Double]) {
    func name(_ key: Int) -> String { "\(Pitch(midi: key)!) (\(key))" }
    let span = keys.count == 1 ? name(keys[0]) : "\(name(keys[0])) to \(name(keys.last!))"
    let what = [notes.keys == nil ? "keys" : nil, notes.levels == nil ? "levels" : nil].compactMap { $0 }
    remarks.append(
      "\(NumberText.count(keys.count, "key")), \(span); levels \(NumberText.list(levels.map { NumberText.plain($0) })) dB"
        + (what.isEmpty ? "" : "; \(NumberText.list(what)) by what the model has learnt"))
  }

  private mutating func warn(_ levels: [Double], _ learnt: LearntRange) {
    let strange = levels.filter { learnt.isStrange(level: $0) }.map { NumberText.plain($0) }
    if strange.isEmpty { return }
    warnings.append(
      "\(NumberText.list(strange)) dB \(strange.count == 1 ? "is" : "are") beyond what the model's gestures have, "
        + "\(NumberText.fixed(learnt.loudness.lowerBound, 0)) to \(NumberText.fixed(learnt.loudness.upperBound, 0)) dB: it may "
        + "play out of tune there")
  }

  private mutating func warn(_ keys: [Int], _ learnt: LearntRange) {
    let strange = keys.filter { learnt.isStrange($0) }
    guard let first = strange.first, let last = strange.last else { return }
    let which =
      strange.count == 1
      ? "\(Pitch(midi: first)!) is"
      : "\(Pitch(midi: first)!) ... \(Pitch(midi: last)!) (\(strange.count) keys) are"
    warnings.append(
      "\(which) beyond what the model's gestures have, \(Pitch(nearest: learnt.all.lowerBound)) to "
        + "\(Pitch(nearest: learnt.all.upperBound)): it may play something else there")
  }

  // MARK: - one-shots

  private mutating func kit(_ name: String) throws -> Choice {
    if let flag = notes.givenForKeys.first {
      throw ValidationError(
        "\(flag): \(recipe.name) is told no pitch and level that make a note: it makes one-shots, for which --count says how many"
      )
    }
    let kept: [(String?, [Float])] =
      try label.map { [($0, try LabelMixture.shares($0, of: labels, model: recipe.name))] }
      ?? labels.map { ($0, try LabelMixture.shares($0, of: labels, model: recipe.name)) }
    let turns = kept.isEmpty ? [(nil, [])] : kept
    let count = notes.count ?? 16
    let names = Dictionary(zip(labels, PlainName.distinct(labels, instead: "label"))) { first, _ in first }
    let pieces = (0..<count).map { i in
      let (label, shares) = turns[i % turns.count]
      let key = OneShots.firstKey + i
      let words = label.map { "_" + (names[$0] ?? PlainName.of($0, instead: "label")) } ?? ""
      return PackPiece(
        key: key, layer: .only, take: 1, label: label, shares: shares,
        name: "\(name)_\(NumberText.pad(key, 3))_\(Pitch(midi: key)!)\(words).wav")
    }
    let last = Pitch(midi: OneShots.firstKey + count - 1)!
    remarks.append(
      "\(recipe.name) is told no pitch and level that make a note: \(NumberText.count(count, "one-shot")) on keys C2 to \(last)"
        + (turns.count > 1 ? ", by turns \(NumberText.list(turns.compactMap(\.0)))" : ""))
    // One gesture each: what was struck rings out, and is not struck again.
    let isLed = notes.seconds == nil && conditioning?.controls.isEmpty == false
    let samples = min(
      recipe.samples(seconds: notes.seconds), isLed ? recipe.gestures?.longest ?? .max : .max)
    return Choice(
      kind: .oneShots(samples), pieces: pieces, layers: [.only], takes: 1,
      words: ["--count", "\(count)"]
        + (notes.seconds.map { ["--seconds", NumberText.plain($0)] } ?? [])
        + (label.map { ["--label", CommandText.quoted($0)] } ?? []))
  }
}
