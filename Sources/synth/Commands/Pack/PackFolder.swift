// The folder of a pack: names of its files, what is there already, what would be lost. Taking them: PackPlan+Making.swift and
// PackPage.swift. The same questions of clips: Generate/OutputTarget.swift.
import AudioIO
import Files
import Reports
import Signal

struct PackFolder {
  static let samplesName = "Samples"
  /// As it was given.
  let given: String
  /// Without a slash at its end.
  let path: String
  /// Of the folder: of its own, wherever it is named from.
  let name: String

  init(_ output: String) {
    var path = output
    while path.utf8.count > 1 && path.utf8.last == UInt8(ascii: "/") { path.unicodeScalars.removeLast() }
    (given, self.path) = (output, path)
    let last = Disk.split(path).name
    name = [".", "..", ""].contains(last) ? Disk.split(Disk.realPath(path) ?? "/pack").name : last
  }

  /// Of the pack, as names of samples and their lines in an SFZ take it.
  var plainName: String { PlainName.of(name, instead: "pack") }

  var samples: String { "\(path)/\(Self.samplesName)" }
  var instrument: String { "\(path)/\(name.isEmpty ? "pack" : name).sfz" }
  var page: String { "\(path)/README.md" }
  var preview: String { "\(path)/preview.wav" }

  func path(_ piece: PackPiece) -> String { "\(samples)/\(piece.name)" }

  // MARK: - what is there

  struct Preparation {
    /// Places of the pieces that are to be made.
    let missing: [Int]
    /// What is going to be replaced, and what stays beside, in words.
    var notes: [String] = []
  }

  /// First lines of what this command has written.
  static let pageMark = "<!-- synth pack"
  static let instrumentMark = "// synth "

  /// Finds out which pieces are there and whether all files can be made, better now than after an hour, and makes the folders. What
  /// would be lost is refused unless `overwrites`.
  func prepare(_ plan: PackPlan, overwrites: Bool) throws -> Preparation {
    let there = plan.pieces.indices.filter { Disk.exists(path(plan.pieces[$0])) }
    let earlier = there.map { EarlierSound(path(plan.pieces[$0]), isRaw: false) }
    let wanted = there.map { PackPlan.Finding.removed(from: plan.comment(plan.pieces[$0])) }
    let isSame = zip(earlier, wanted).map { sound, wanted in
      sound.comment.map { PackPlan.Finding($0) != nil && PackPlan.Finding.removed(from: $0) == wanted }
        ?? false
    }
    let others = zip(earlier, isSame).filter { !$1 }.map(\.0)
    if !overwrites {
      if let foreign = others.first(where: \.isForeign) { throw SynthError.wouldReplace(path: foreign.path) }
      for (file, mark) in [(instrument, Self.instrumentMark), (page, Self.pageMark)]
      where Disk.exists(file) && !Self.begins(file, with: mark) {
        throw SynthError.wouldReplace(path: file)
      }
      if Disk.exists(preview), EarlierSound(preview, isRaw: false).isForeign {
        throw SynthError.wouldReplace(path: preview)
      }
    }
    var notes = [EarlierSound.sentence(others)].compactMap { $0 }
    if let beside = try beside(plan, overwrites: overwrites) { notes.append(beside) }
    for folder in [path, samples] where !Disk.exists(folder) {
      try AtomicFile.check(folder)
      try Folder.createNew(folder)
    }
    let new = "\(samples)/\(plan.pieces[0].name)"
    for file in [new, instrument, page, preview] + others.map(\.path) { try AtomicFile.check(file) }
    let done = overwrites ? [] : Set(zip(there, isSame).filter(\.1).map(\.0))
    return Preparation(missing: plan.pieces.indices.filter { !done.contains($0) }, notes: notes)
  }

  /// Sounds among the samples that are none of this pack.
  private func beside(_ plan: PackPlan, overwrites: Bool) throws -> String? {
    let own = Set(plan.pieces.map { FileName.key($0.name) })
    let names = (Disk.names(in: samples) ?? []).filter {
      $0.lowercased().hasSuffix(".wav") && !own.contains(FileName.key($0))
    }
    guard let first = names.first else { return nil }
    if !overwrites {
      let settings = PackPlan.settings(plan.comment(plan.pieces[0]))
      let strange = names.filter {
        EarlierSound("\(samples)/\($0)", isRaw: false).comment.map { PackPlan.settings($0) } != settings
      }
      if let first = strange.first {
        throw SynthError.wouldMix(path: "\(samples)/\(first)", count: strange.count)
      }
    }
    return "\(samples)/\(first)" + (names.count > 1 ? " and \(names.count - 1) more" : "")
      + ": of other keys or levels, and stay beside this pack, which does not play them"
  }

  private static func begins(_ path: String, with mark: String) -> Bool {
    guard let bytes = try? InputFile.contents(of: path, limit: 1 << 24) else { return false }
    return bytes.isEmpty || bytes.starts(with: Array(mark.utf8))
  }
}
