// Where generated sound goes: a file that appears when it is complete, numbered files, a stream, the loudspeaker.
import ArgumentParser
import AudioIO
import Benchmarks
import Files
import Glibc
import Signal

/// The OUT argument, understood and checked before anything is generated.
struct OutputTarget {
  enum Kind: Hashable {
    case none, stream
    case file(String)
    /// Names with a number in them: before it, and the ending.
    case numbered(stem: String, ending: String)
  }
  let kind: Kind
  let format: SoundFormat?
  let isRaw: Bool

  init(_ flags: Generate) throws {
    isRaw = flags.raw
    guard let output = flags.output else {
      (kind, format) = (.none, nil)
      return
    }
    if output == "-" {
      (kind, format) = (.stream, nil)
      return
    }
    var status = stat()
    let isFolder = output.hasSuffix("/") || (stat(output, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR)
    let ending = flags.raw ? ".raw" : ".wav"
    let path = isFolder ? output + (output.hasSuffix("/") ? "" : "/") + "clip" + ending : output
    if isFolder { try Self.makeFolder(output) }
    if flags.count > 1 || isFolder {
      let dot = path.lastIndex(of: ".").flatMap { path[$0...].contains("/") ? nil : $0 } ?? path.endIndex
      kind = .numbered(stem: String(path[..<dot]), ending: String(path[dot...]))
    } else {
      kind = .file(path)
    }
    format = flags.raw ? nil : try Self.format(path, flags.format ?? .int16)
    // Better now than after an hour.
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    if access(folder, W_OK) != 0 {
      throw SynthError.cannotCreate(path: path, reason: String(cString: strerror(errno)))
    }
  }

  var isFile: Bool {
    switch kind {
    case .file, .numbered: true
    case .none, .stream: false
    }
  }

  func path(clip: Int) -> String {
    switch kind {
    case .file(let path): path
    case .numbered(let stem, let ending): "\(stem)-\(Format.pad(clip, 3))\(ending)"
    case .none, .stream: "-"
    }
  }

  /// A whole clip to a file, by temporary name and rename.
  func write(_ clip: Clip, to path: String, comment: String) throws {
    if isRaw {
      let bytes = PCM16.quantize(clip.samples).flatMap { value in
        [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
      }
      try AtomicFile.write(bytes, to: path)
    } else {
      try SoundFile.write(clip, to: path, format: format, comment: comment)
    }
  }

  /// Nil for a pipe or a device, which gets a 16-bit WAV stream.
  private static func format(_ path: String, _ width: SampleWidth) throws -> SoundFormat? {
    var status = stat()
    if stat(path, &status) == 0, [S_IFIFO, S_IFCHR].contains(status.st_mode & S_IFMT) { return nil }
    let plain = try SoundFormat(path: path)
    switch (plain, width) {
    case (_, .int16): return plain
    case (.flac16, .int24): return .flac24
    case (.flac16, .float):
      throw ValidationError("FLAC has no floating point: give --format 24, or a .wav name")
    case (_, .int24): return .wav24
    case (_, .float): return .wavFloat
    }
  }

  private static func makeFolder(_ path: String) throws {
    if mkdir(path, 0o777) != 0 && errno != EEXIST {
      throw SynthError.cannotCreate(path: path, reason: String(cString: strerror(errno)))
    }
  }
}

/// Takes one clip piece by piece.
final class ClipSink {
  private let target: OutputTarget
  private let path: String
  private let comment: String
  private let sampleRate: Int
  private var samples: [Float] = []
  private let stream: StreamWriter?
  private let player: Player?

  init(_ target: OutputTarget, _ plan: GenerationPlan, _ flags: Generate, clip: Int) throws {
    self.target = target
    path = target.path(clip: clip)
    comment = plan.comment(clip: clip, flags)
    sampleRate = plan.sampleRate
    let total = plan.samples + (flags.includePrime ? plan.prime?.count ?? 0 : 0)
    stream =
      target.kind == .stream
      ? try StreamWriter(sampleRate: plan.sampleRate, container: flags.raw ? .raw : .wav, totalSamples: total)
      : nil
    // Opened before anything is generated, so that a missing device is an error at once.
    player =
      flags.play
      ? try flags.playback.open(
        sampleRate: plan.sampleRate, seconds: Double(total) / Double(plan.sampleRate),
        speed: 0.8 * GenerationSpeed.samplesPerSecond(plan.loaded.model) / Double(plan.sampleRate)) : nil
  }

  func write(_ piece: [Float]) throws {
    if let stream { try stream.write(piece) }
    if let player { try player.write(piece) }
    if target.isFile { samples += piece }
  }

  /// The file first: it is complete, whatever happens to the sound card.
  func finish() throws {
    try stream?.finish()
    if target.isFile {
      try target.write(Clip(samples: samples, sampleRate: sampleRate), to: path, comment: comment)
    }
    if let player {
      ProgressLine.draw { "playing ..." }
      try player.drainUnlessInterrupted()
      player.report()
    }
  }

  /// Stops in the middle: a stream ends where it is, a file is not made.
  func abandon() {
    try? stream?.finish()
    player?.drop()
  }

  var abandonedHint: String { target.isFile ? "\(path) was not written" : "" }
}
