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
  /// Files of which the run holds an end back: that is measured.
  private let cut: [String]

  init(_ report: FolderReport, among named: [String]) {
    func place(_ path: String) -> [UInt8] { FileName.key(Disk.realPath(path) ?? path) }
    let wanted = Set(named.map(place))
    let known = report.files.filter { wanted.contains(place($0.path)) }
    let trained = Set(known.filter { $0.use == .training }.map { place($0.path) })
    let both = known.filter { $0.use == .both }
    cut = both.map(\.path)
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
    if !cut.isEmpty {
      parts.append("of \(NumberText.count(cut.count, "file")) only the end that this run held out")
    }
    warning = parts.isEmpty ? nil : parts.joined(separator: "; ") + "; --all measures everything"
  }

  /// Whether a held-out recording of the run is the end of a file that was named.
  func isEnd(_ name: String) -> Bool { cut.contains { name.hasPrefix($0) } }
}
