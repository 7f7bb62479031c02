// The three files of a report on disk: each appears whole or not at all, and replaces the one of an earlier report.

extension ListeningReport {
  package static let files = ["report.html", "report.json", "responses.csv"]

  /// Writes into `folder`, which is made if it is not there; never into a prepared test, which does not change.
  /// - Throws: `usage`, `cannotCreate`, `writeFailed`.
  package func write(to folder: String) throws(ListeningError) {
    if Files.exists("\(folder)/\(PreparedTest.planFile)") {
      throw .usage("\(folder) is a prepared test, which is never changed: give another folder with --output")
    }
    if !Files.exists(folder) { try Files.makeFolder(folder) }
    for (name, text) in zip(Self.files, [html, json, csv]) {
      try Files.write(Array(text.utf8), to: "\(folder)/\(name)")
    }
  }
}
