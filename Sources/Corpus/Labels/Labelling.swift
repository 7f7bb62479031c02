// Which label each recording has: the name of a sub-folder of the folders that were given, or what a table says. A run keeps
// the labels of its recordings (CorpusRecord.swift); they are found anew for those that it does not know.
import Files

/// Where labels come from, resolved.
enum Labelling {
  /// There are none.
  case none
  /// Names of the first-level sub-folders of these.
  case folders([String])
  case table(LabelTable)

  /// Of `labels` in a corpus' options: the first-level sub-folders. Anything else is an absolute path of a table.
  static let folders = "folders"

  /// - past: of a run that goes on; it can do without its table.
  /// - Returns: and what is to be said, in words.
  static func open(
    _ options: FolderOptions, _ past: CorpusPast?
  ) throws(CorpusError) -> (Labelling, line: String?) {
    guard let source = options.labels else { return (.none, nil) }
    if source == folders { return (.folders(options.paths), nil) }
    do throws(CorpusError) {
      return (.table(try LabelTable(source)), nil)
    } catch {
      guard past?.record != nil, case .labelTable(.notFound) = error else { throw error }
      return (
        .none,
        "\(FileName.shown(source)), which had the labels, is gone: the recordings keep those that the run knows"
      )
    }
  }

  /// nil if it has none.
  func label(of path: String) -> String? {
    switch self {
    case .none: return nil
    case .folders(let folders):
      let bytes = FileName.bytes(path)
      let slash = UInt8(ascii: "/")
      for folder in folders {
        var prefix = FileName.bytes(folder)
        if prefix.last != slash { prefix.append(slash) }
        guard bytes.starts(with: prefix) else { continue }
        let rest = bytes.dropFirst(prefix.count)
        if let end = rest.firstIndex(of: slash), end > rest.startIndex {
          return FileName.text(rest[..<end])
        }
      }
      return nil
    case .table(let table): return table.label(of: path)
    }
  }

  /// - Throws: if a recording has no label, if copies have different ones, or if one cannot be a label.
  static func check(_ recordings: [Recording], _ options: FolderOptions) throws(CorpusError) {
    guard let source = options.labels else { return }
    let without = recordings.filter { $0.label == nil }.map(\.path).sorted(by: FileName.precedes)
    if !without.isEmpty {
      throw .unlabelled(
        without, of: recordings.count, table: source == folders ? nil : source)
    }
    for copies in Dictionary(grouping: recordings, by: \.content).values {
      if Set(copies.compactMap { $0.label.map(FileName.key) }).count > 1 {
        throw .labelsOfCopies(copies.map(\.path).sorted(by: FileName.precedes))
      }
    }
    var seen: [String: [UInt8]] = [:]
    for label in vocabulary(recordings) {
      if label.utf8.count > longest { throw .badLabel(label, reason: "is longer than \(longest) bytes") }
      // Strings are equal where they look the same, whatever their bytes.
      if let other = seen[label], other != FileName.key(label) {
        throw .badLabel(label, reason: "is there in two spellings that look the same")
      }
      seen[label] = FileName.key(label)
    }
  }

  /// Recordings by label, in the vocabulary's order; those without one come together.
  static func groups(_ recordings: [Recording]) -> [[Recording]] {
    Dictionary(grouping: recordings) { $0.label.map(FileName.key) ?? [] }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }

  /// Bytes of a label, at most.
  static let longest = 255

  /// All labels, each once, in byte order.
  static func vocabulary(_ recordings: [Recording]) -> [String] {
    var seen: Set<[UInt8]> = []
    return recordings.compactMap(\.label).filter { seen.insert(FileName.key($0)).inserted }
      .sorted(by: FileName.precedes)
  }
}
