// The page's section on what was trained on: files of each label, lengths, levels, what was not read and why, what to mind.
import Corpus
import Files
import Reports
import Signal

extension RunPage {
  var recordings: [Document.Block] {
    guard let report = facts.report else { return [] }
    let all = NumberText.count(report.files.count, "file")
    var tiles: [Document.Tile] = [
      .init(all, "read"), .init(NumberText.clock(report.trainingSeconds), "trained on"),
      .init(NumberText.clock(report.validationSeconds), "held out"),
      .init(
        NumberText.percent(report.silentShare), "silence in them",
        report.silentShare < Silence.much ? .neutral : .bad),
    ]
    if let silence = facts.silence {
      tiles.append(.init(NumberText.percent(silence.trained), "silence in what is learnt from"))
    }
    if let peaks = report.peaksDb {
      tiles.append(
        .init(
          "\(NumberText.fixed(peaks.softest, 0)) to \(NumberText.fixed(peaks.loudest, 0)) dB",
          "levels of the loudest moments of the files, of full scale"))
    }
    if !report.skipped.isEmpty {
      tiles.append(.init(NumberText.count(report.skipped.count, "file"), "not read", .bad))
    }
    var blocks: [Document.Block] = [.heading("What it was trained on"), .tiles(tiles)]
    if !facts.labels.isEmpty {
      blocks.append(
        .table(
          Table(
            "", [.text("label"), .number("files"), .number("trained on"), .number("held out")],
            facts.labels.map {
              [
                FileName.shown($0.name), "\($0.files)", NumberText.clock($0.training),
                NumberText.clock($0.heldOut),
              ]
            })))
    }
    blocks += report.warnings.map { .notice("Mind", FileName.shown($0)) }
    if !report.skipped.isEmpty {
      blocks.append(
        .details(
          "\(NumberText.count(report.skipped.count, "file")) not read, and why",
          [.list(report.skipped.map { FileName.shown("\($0.path): \($0.reason)") })]))
    }
    blocks.append(
      .details(
        "\(all), and what each is used for", [Self.table(report)]))
    return blocks
  }

  /// Rows of a table that a browser still shows at once.
  private static let mostRows = 1000

  private static func table(_ report: FolderReport) -> Document.Block {
    let shown = report.files.prefix(mostRows)
    let rest = report.files.count - shown.count
    return .table(
      Table(
        rest > 0 ? "The first \(mostRows); corpus.json has all." : "",
        [.number("seconds"), .text("use"), .text("file")],
        shown.map {
          [
            NumberText.fixed(Double($0.samples) / Double(report.sampleRate), 2), $0.use.words,
            FileName.shown($0.path),
          ]
        }))
  }
}
