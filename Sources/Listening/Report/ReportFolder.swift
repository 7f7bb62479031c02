// The four files of a report on disk: each appears whole or not at all, and replaces the one of an earlier report.
internal import Files

extension ListeningReport {
  package static let files = ["report.html", "report.json", "responses.csv", "listeners.csv"]

  /// Writes into `folder`, which is made if it is not there; never into a prepared test, which does not change.
  /// - Throws: `usage`, `cannotCreate`, `writeFailed`.
  package func write(to folder: String) throws(ListeningError) {
    if Disk.exists("\(folder)/\(PreparedTest.planFile)") {
      throw .usage("\(folder) is a prepared test, which is never changed: give another folder with --output")
    }
    if !Disk.exists(folder) { try TestFiles.makeFolder(folder) }
    for (name, text) in zip(Self.files, [html, json, csv, listenersCSV]) {
      try TestFiles.write(Array(text.utf8), to: "\(folder)/\(name)")
    }
  }
}
