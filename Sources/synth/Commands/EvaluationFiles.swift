// The files that `synth evaluate --page` leaves: a page, and the same report as JSON beside it.
import AudioIO
import Evaluation
import Glibc
import SafeTensors
import Signal

enum EvaluationFiles {
  /// - page: the page's name if it ends in .html, else a folder, which is made if need be
  static func write(
    _ report: EvaluationReport, generated: [Clip], sources: EvaluationSources, to page: String
  ) throws {
    let (html, json) = try names(page)
    let named = generated.enumerated().map { (name: "generated clip \($0 + 1)", clip: $1) }
    let document = Page(report, generated: named, heldOut: sources.heldOutSounds).html
    try WholeFile.write(Array((JSONReport.text(report) + "\n").utf8), to: json)
    try WholeFile.write(Array(document.utf8), to: html)
    Terminal.note("page: \(html)")
  }

  /// Of the page and of the JSON.
  static func names(_ page: String) throws -> (html: String, json: String) {
    for ending in [".html", ".htm"] where page.lowercased().hasSuffix(ending) {
      return (page, String(page.dropLast(ending.count)) + ".json")
    }
    try Folder.create(page)
    let folder = page.hasSuffix("/") ? page : page + "/"
    return (folder + "index.html", folder + "evaluation.json")
  }
}
