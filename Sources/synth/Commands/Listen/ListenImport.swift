// synth listen import: files of answers that listeners sent back from a test on a static host become its sessions.
import ArgumentParser
import Listening

struct ListenImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Merge answers that came back from a test on a static host.",
    discussion: """
      synth listen import test answers-*.txt   checks each file and stores it under test/sessions

      A file has to belong to this test, to be complete, and to be as the page saved it; a test that synth listen report
      --close has ended takes none. One that was merged before is passed over with a word; others are merged even if one is
      refused, and the exit status then is 65.
      """)

  @Argument(
    help: "Folder of the prepared test, from which synth listen export --static made the page.",
    completion: .directory)
  var test: String

  @Argument(help: "Files that listeners sent back.", completion: .file())
  var files: [String]

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  private struct Report: Encodable {
    struct Refused: Encodable { let file, reason: String }
    var imported: [String] = []
    var already: [String] = []
    var refused: [Refused] = []
  }

  func run() throws {
    let prepared = try PreparedTest.open(test)
    var report = Report()
    for path in files {
      do throws(ListeningError) {
        let file = try ReturnedFile.read(path)
        switch try file.merge(into: prepared) {
        case .stored(let session, let listener, let answers):
          report.imported.append(session)
          Terminal.note("\(path): \(listener), \(answers) answers")
          if file.isFromEarlierExport(of: prepared) {
            Terminal.warn(
              "\(path): exported by an earlier version, whose files do not say which question was asked of these sounds: "
                + "make sure that it was \"\(prepared.plan.question)\"")
          }
        case .already(let session, let listener):
          report.already.append(session)
          Terminal.note("\(path): was merged before, as \(listener)'s session \(session)")
        }
      } catch {
        // Not this file's fault: the next one would end in the same way.
        switch error {
        case .writeFailed, .cannotCreate: throw error
        default: break
        }
        report.refused.append(.init(file: path, reason: "\(error)"))
        Terminal.warn("\(error)")
      }
    }
    if json { try JSONReport.print(report) }
    if !report.refused.isEmpty {
      throw ListeningError.refusedFiles(report.refused.count, of: files.count)
    }
  }
}
