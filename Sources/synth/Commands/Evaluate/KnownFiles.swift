// Of the files that are named for an evaluation, those that the run itself was trained on: a model looks better on them
// than it is, so they are left out unless all are asked for, and either is said. They are known by where they stand, without
// being opened, or by what is in them.
import Corpus
import Files
import Reports

struct KnownFiles {
  private let record: CorpusRecord
  private let count: Int
  /// Files that the run was trained on.
  private(set) var trained: [String] = []
  /// Files of which the run holds an end back, from this sample on: that is measured.
  private(set) var ends: [(path: String, start: Int)] = []
  /// Files whose places the run does not know, or that it holds back as a whole.
  private(set) var others: [String] = []

  /// - record: of the run, which knows its files without their being opened
  init(_ record: CorpusRecord, among named: [String]) {
    (self.record, count) = (record, named.count)
    func place(_ path: String) -> [UInt8] { FileName.key(Disk.realPath(path) ?? path) }
    let known = Dictionary(record.files.map { (place($0.path), $0) }, uniquingKeysWith: { a, _ in a })
    for path in named { if !note(path, known[place(path)]) { others.append(path) } }
  }

  /// What of one of `others`, now that it was read, is measured: codes from this one on; nil: nothing.
  mutating func start(_ path: String, _ recording: NamedRecording) -> Int? {
    note(path, record.file(of: recording)) ? ends.last.flatMap { $0.path == path ? $0.start : nil } : 0
  }

  /// Whether `file`, which is what `path` is, was trained on.
  private mutating func note(_ path: String, _ file: CorpusRecord.File?) -> Bool {
    guard let file, file.training != nil else { return false }
    if let heldOut = file.heldOut { ends.append((path, heldOut[0])) } else { trained.append(path) }
    return true
  }

  var areAllTrained: Bool { trained.count == count }

  /// What is to be said; nil for nothing.
  /// - remedy: how all of them are measured
  func warning(remedy: String?) -> String? {
    let all = NumberText.count(count, "file")
    if areAllTrained {
      return "all of \(all) were trained on by this run: the figures say little about other sound"
    }
    var parts: [String] = []
    if !trained.isEmpty {
      parts.append("\(trained.count) of \(all) left out, since this run was trained on them")
    }
    if !ends.isEmpty {
      parts.append("of \(NumberText.count(ends.count, "file")) only the end that this run held out")
    }
    return parts.isEmpty ? nil : (parts + (remedy.map { [$0] } ?? [])).joined(separator: "; ")
  }
}
