// Of the files that are named for an evaluation, those that the run itself was trained on: a model looks better on them
// than it is, so they are left out unless all are asked for, and either is said.
import Corpus
import Files
import Reports

struct KnownFiles {
  /// Files to be measured whole.
  let files: [String]
  /// What is to be said about the others; nil if there are none.
  let warning: String?
  /// Files of which the run holds an end back, from this sample on: that is measured.
  let ends: [(path: String, start: Int)]

  /// - record: of the run, which knows its files without their being opened
  init(_ record: CorpusRecord, among named: [String]) {
    func place(_ path: String) -> [UInt8] { FileName.key(Disk.realPath(path) ?? path) }
    let wanted = Dictionary(named.map { (place($0), $0) }, uniquingKeysWith: { a, _ in a })
    let known = record.files.compactMap { file in wanted[place(file.path)].map { (path: $0, file: file) } }
    let trained = Set(known.filter { $0.file.heldOut == nil }.map { place($0.path) })
    let both = known.filter { $0.file.training != nil && $0.file.heldOut != nil }
    ends = both.map { ($0.path, $0.file.heldOut?.first ?? 0) }
    let others = trained.union(both.map { place($0.path) })
    let rest = named.filter { !others.contains(place($0)) }
    let all = NumberText.count(named.count, "file")
    if trained.count == named.count {
      files = named
      warning = "all of \(all) were trained on by this run: the figures say little about other sound"
      return
    }
    files = rest
    var parts: [String] = []
    if !trained.isEmpty {
      parts.append("\(trained.count) of \(all) left out, since this run was trained on them")
    }
    if !ends.isEmpty {
      parts.append("of \(NumberText.count(ends.count, "file")) only the end that this run held out")
    }
    warning = parts.isEmpty ? nil : parts.joined(separator: "; ") + "; --all measures everything"
  }
}
