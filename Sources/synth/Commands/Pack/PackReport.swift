// What `synth pack` says it has made, by its files, so that it says the same whether they were made now or before: as JSON, in words,
// and as the instrument. The page for people: PackPage.swift.
import AudioIO
import Files
import Instruments
import Kernels
import Reports
import Signal

/// What `pack --json` prints.
struct PackReport: Encodable {
  struct Note: Encodable {
    let file: String
    let key: Int
    let note: String
    let label: String?
    /// Velocities that play it.
    let lowVelocity, highVelocity: Int
    /// From 1.
    let take: Int
    /// The try that was kept, from 1.
    let tried: Int
    /// dB of full scale: what the model was told, and what is heard.
    let wantedDb: Double?
    let levelDb: Double
    /// Above the key; nil without a pitch.
    let cents: Double?
    /// Share of the held part that has a pitch; nil of a one-shot.
    let voiced: Double?
    /// Seconds at its beginning in which it is on another pitch; nil without one.
    let settling: Double?
    let clicks: Int
    let seconds: Double
    /// Its first sample and its last; nil without a loop.
    let loopStart, loopEnd: Int?
    /// Why it is no use as it is.
    let flaws: [String]
  }

  let folder, instrument: String
  let model, weights: String
  let seed: UInt64
  let sampleRate: Int
  let keys: Int
  let layers: Int
  let takes: Int
  let tries: Int
  /// Recordings that were made now; the others were there.
  let made: Int
  /// Seconds that a note takes to fall silent; nil of one-shots.
  let release: Double?
  let notes: [Note]
  let samplesPerSecond: Double
  let timesRealTime: Double

  /// - files: the recordings, in the order of the plan
  init(_ plan: PackPlan, _ folder: PackFolder, _ files: [PackFile], made: Int, seconds: Double) {
    (self.folder, instrument) = (folder.path, folder.instrument)
    (model, weights, seed, sampleRate) = (plan.recipe.name, plan.weights, plan.seed, plan.sampleRate)
    keys = Set(plan.pieces.map(\.key)).count
    (layers, takes, tries) = (plan.layers.count, plan.takes, plan.tries)
    self.made = made
    release = plan.release(files)
    notes = zip(plan.pieces, files).map { piece, file in
      Note(
        file: "\(PackFolder.samplesName)/\(piece.name)", key: piece.key, note: piece.note, label: piece.label,
        lowVelocity: piece.layer.velocities.lowerBound, highVelocity: piece.layer.velocities.upperBound,
        take: piece.take, tried: file.kept, wantedDb: piece.layer.level, levelDb: file.heard.level,
        cents: plan.isKit ? nil : file.heard.cents, voiced: plan.isKit ? nil : file.heard.voiced,
        settling: file.heard.settling,
        clicks: file.heard.clicks, seconds: file.clip.seconds,
        loopStart: file.sampler.loop?.lowerBound, loopEnd: file.sampler.loop.map { $0.upperBound - 1 },
        flaws: file.heard.flaws)
    }
    samplesPerSecond = Double(plan.total) * Double(made) / max(seconds, 1e-9)
    timesRealTime = samplesPerSecond / Double(plan.recipe.sampleRate)
  }

  /// The same in words.
  var sentence: String {
    let what = "\(instrument): \(NumberText.count(notes.count, "recording")) from \(model), seed \(seed)"
    if made == 0 { return what + "; all were there: nothing was made" }
    return what + (made < notes.count ? "; \(notes.count - made) were there, \(made) made; " : "; ")
      + "\(NumberText.short(samplesPerSecond)) samples/s, \(NumberText.short(timesRealTime)) x real time"
  }

  /// What somebody should know before playing it.
  var warnings: [String] {
    notes.filter { !$0.flaws.isEmpty }.map { "\($0.file): \(NumberText.list($0.flaws))" }
  }

  /// Of notes that are played once, as long as they are; nil if there are none.
  var withoutLoop: String? {
    let count = notes.count { $0.loopEnd == nil }
    if release == nil || count == 0 { return nil }
    return
      "\(count) of \(NumberText.count(notes.count, "note")) without a loop: no part of them goes on without a seam"
  }
}

/// A recording as it is in its file.
struct PackFile {
  let clip: Clip
  let sampler: SamplerNote
  let kept: Int
  let heard: NoteHearing
}

extension PackPlan {
  /// All recordings, read and heard again.
  func files(in folder: PackFolder) throws -> [PackFile] {
    try Parallel.map(jobs: pieces.count, threads: threads) { job, _ in
      try Interrupt.check(hint: "all recordings are written, and the same command finishes the pack")
      let (piece, path) = (pieces[job], folder.path(pieces[job]))
      let info = try SoundFile.info(path)
      let clip = try SoundFile.read(path)
      guard let sampler = info.sampler, let finding = info.comment.flatMap({ Finding($0) }) else {
        throw AudioIOError.damaged(
          path: path, reason: "its key is gone: remove it, and the same command makes it again")
      }
      return PackFile(
        clip: clip, sampler: sampler, kept: finding.kept, heard: hearing(clip, of: piece, cut: finding.cut))
    }
  }

  /// Seconds that let all sound that is behind a loop, or behind the held part, to its end; nil of one-shots.
  func release(_ files: [PackFile]) -> Double? {
    guard case .notes(let shape) = kind else { return nil }
    let longest =
      files.map { file in
        file.sampler.loop.map { Double(file.clip.samples.count - $0.upperBound) / Double(sampleRate) }
          ?? shape.release
      }.max() ?? shape.release
    return (longest * 100).rounded(.up) / 100
  }

  /// The pack as players read it.
  func instrument(_ files: [PackFile]) -> SFZ {
    let keys = pieces.map(\.key).reduce(into: [Int]()) { if $0.last != $1 { $0.append($1) } }
    let zones = Dictionary(uniqueKeysWithValues: zip(keys, Zones.keys(keys)))
    return SFZ(
      remarks: ["synth \(Version.text): \(FileName.shown(recipe.name)), weights \(weights); see README.md"],
      folder: PackFolder.samplesName + "/", release: release(files),
      regions: zip(pieces, files).map { piece, file in
        SFZ.Region(
          sample: piece.name, keys: isKit ? piece.key...piece.key : zones[piece.key]!,
          velocities: piece.layer.velocities, root: isKit ? piece.key : file.sampler.key,
          tune: isKit ? 0 : -file.sampler.cents, volume: piece.layer.volume,
          playing: isKit ? .oneShot : file.sampler.loop.map { .loop($0) } ?? .through, turn: piece.take,
          turns: takes)
      })
  }
}
