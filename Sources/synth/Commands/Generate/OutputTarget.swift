// Where generated sound goes, by the OUT argument: understood and checked before anything is generated, so that nothing is
// lost that was there, and nothing that was made. Taking a clip piece by piece: ClipSink.swift.
import ArgumentParser
import AudioIO
import Files
import Glibc
import Reports
import Signal

struct OutputTarget {
  enum Kind: Hashable {
    case none, stream
    case file(String)
    /// Names with a number in them: before it, and the ending.
    case numbered(stem: String, ending: String)
  }
  let kind: Kind
  let isRaw: Bool
  private let format: SoundFormat?
  /// A folder that has to be made.
  private let newFolder: String?

  /// - Parameters:
  ///   - output: OUT; nil if there is none
  ///   - clips: how many there will be
  init(_ output: String?, isRaw: Bool, width: SampleWidth?, clips: Int) throws {
    self.isRaw = isRaw
    guard let output, output != "-" else {
      (kind, format, newFolder) = (output == nil ? .none : .stream, nil, nil)
      return
    }
    let isFolder = output.hasSuffix("/") || Disk.isFolder(output)
    newFolder = isFolder && !Disk.exists(output) ? output : nil
    let path =
      isFolder ? output + (output.hasSuffix("/") ? "" : "/") + "clip" + (isRaw ? ".raw" : ".wav") : output
    if clips > 1 || isFolder {
      let dot = path.lastIndex(of: ".").flatMap { path[$0...].contains("/") ? nil : $0 } ?? path.endIndex
      kind = .numbered(stem: String(path[..<dot]), ending: String(path[dot...]))
    } else {
      kind = .file(path)
    }
    format = isRaw || Self.isPipe(path) ? nil : try Self.format(path, width ?? .int16)
  }

  var isFile: Bool {
    switch kind {
    case .file, .numbered: true
    case .none, .stream: false
    }
  }

  /// Samples that a file can hold; nil if there is no limit but the disk's.
  var mostSamples: Int? { isFile && !isRaw ? (format ?? .wav16).mostSamples : nil }

  func path(clip: Int) -> String {
    switch kind {
    case .file(let path): path
    case .numbered(let stem, let ending): "\(stem)-\(NumberText.pad(clip, 3))\(ending)"
    case .none, .stream: "-"
    }
  }

  struct Preparation {
    /// Numbers of the clips that are to be made: of several, those that are not there yet.
    let missing: [Int]
    /// What is going to be replaced, in words; nil if nothing is.
    var replaced: String?
  }

  /// Makes the folder if need be and finds out whether all files can be made: better now than after an hour. What would be
  /// lost is refused unless `overwrites`.
  /// - comment: of each clip, which says how it is made: a file with the same that fits it is that clip. Bare samples have none.
  func prepare(
    _ numbers: ClosedRange<Int>, overwrites: Bool, comment: (Int) -> String
  ) throws -> Preparation {
    guard isFile else { return Preparation(missing: Array(numbers)) }
    if let newFolder {
      let name = newFolder.hasSuffix("/") ? String(newFolder.dropLast()) : newFolder
      try AtomicFile.check(name)
      try Folder.createNew(name)
    }
    let last = path(clip: numbers.upperBound)
    if Self.isPipe(last) { return Preparation(missing: Array(numbers)) }
    try AtomicFile.check(last)
    let there = numbers.filter { Disk.exists(path(clip: $0)) }
    let earlier = there.map { EarlierSound(path(clip: $0), isRaw: isRaw) }
    let others = zip(there, earlier).filter { $1.comment == nil || $1.comment != comment($0) }
    var done = Set<Int>()
    if numbers.count > 1 && !overwrites { done = Set(there).subtracting(others.map(\.0)) }
    for number in there where !done.contains(number) && !Disk.isWritable(path(clip: number)) {
      try AtomicFile.check(path(clip: number))
    }
    if !overwrites {
      if let foreign = earlier.first(where: \.isForeign) { throw SynthError.wouldReplace(path: foreign.path) }
      if case .numbered = kind {
        let settings = EarlierSound.settings(comment(numbers.lowerBound))
        let strange = otherTakes(numbers).filter { EarlierSound($0, isRaw: isRaw).settings != settings }
        if let first = strange.first { throw SynthError.wouldMix(path: first, count: strange.count) }
      }
    }
    return Preparation(
      missing: numbers.filter { !done.contains($0) }, replaced: EarlierSound.sentence(others.map(\.1)))
  }

  /// Found out before an hour of generating, and not after it. FLAC takes what it takes.
  /// - samples: of each clip
  func requireRoom(clips: Int, samples: Int) throws {
    guard isFile, isRaw || mostSamples != nil, !Self.isPipe(path(clip: 1)) else { return }
    let (needed, isTooMuch) = (2 * clips).multipliedReportingOverflow(by: samples)
    guard let free = Disk.room(in: folder), isTooMuch || needed > free else { return }
    throw SynthError.noRoom(folder: folder, needed: isTooMuch ? .max : needed, free: free)
  }

  /// The seed of takes that the same command has begun and not ended; nil where there are none.
  func begunSeed(of plan: GenerationPlan) -> UInt64? {
    if plan.numbers.count == 1 || !isFile || isRaw { return nil }
    let there = plan.numbers.filter { Disk.exists(path(clip: $0)) }
    guard let first = there.first, there.count < plan.numbers.count else { return nil }
    let take = EarlierSound(path(clip: first), isRaw: false)
    guard let seed = take.seed else { return nil }
    var begun = plan
    begun.seed = seed
    return take.comment == begun.comment(clip: first, samples: plan.samples) ? seed : nil
  }

  /// The folder that the files go into.
  var folder: String { Disk.split(path(clip: 1)).folder }

  /// Takes with the same name and other numbers.
  private func otherTakes(_ numbers: ClosedRange<Int>) -> [String] {
    guard case .numbered(let stem, let ending) = kind else { return [] }
    let (folder, name) = Disk.split(stem)
    let takes = (Disk.names(in: folder) ?? []).compactMap { file -> Int? in
      guard file.hasPrefix(name + "-"), file.hasSuffix(ending) else { return nil }
      return Int(file.dropFirst(name.count + 1).dropLast(ending.count))
    }
    return takes.filter { !numbers.contains($0) }.map { path(clip: $0) }.filter { Disk.exists($0) }
  }

  /// A whole clip to a file, by temporary name and rename; pipes and devices are written into.
  func write(_ clip: Clip, to path: String, comment: String) throws {
    if isRaw && Self.isPipe(path) {
      let descriptor = Disk.open(path, O_WRONLY)
      if descriptor < 0 { throw FileError.cannotCreate(path: path, errno: errno) }
      defer { close(descriptor) }
      try StreamWriter(
        fileDescriptor: descriptor, sampleRate: clip.sampleRate, container: .raw, name: FileName.shown(path)
      ).write(clip.samples)
    } else if isRaw {
      let bytes = PCM16.quantize(clip.samples).flatMap { value in
        [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
      }
      try AtomicFile.write(bytes, to: path)
    } else {
      // A pipe takes none.
      let checksum = format.map { " " + SoundChecksum.word(clip, $0) } ?? ""
      try SoundFile.write(clip, to: path, format: format, comment: comment + checksum)
    }
  }

  /// A pipe or a device gets a 16-bit WAV stream.
  private static func isPipe(_ path: String) -> Bool {
    guard let kind = Disk.status(path)?.kind else { return false }
    return kind == .pipe || kind == .device
  }

  private static func format(_ path: String, _ width: SampleWidth) throws -> SoundFormat {
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
}
