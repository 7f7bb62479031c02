// The files that `synth evaluate --page` leaves: a page, and the same report as JSON beside it.
import Evaluation
import Files
import Signal

struct EvaluationFiles {
  let html: String
  let json: String
  /// To be made if need be; nil if the page's name was given.
  private let folder: String?

  /// - page: the page's name if it ends in .html, else a folder, which is made if need be
  /// - Throws: if nothing can be written there.
  init(_ page: String) throws {
    if let ending = [".html", ".htm"].first(where: { page.lowercased().hasSuffix($0) }) {
      folder = nil
      html = page
      json = String(page.dropLast(ending.count)) + ".json"
    } else {
      folder = page
      let prefix = page.hasSuffix("/") ? page : page + "/"
      html = prefix + "index.html"
      json = prefix + "evaluation.json"
    }
    if let folder, !Disk.exists(folder) {
      try Replacing.prepareFolder(folder)
    } else {
      try Replacing.prepare(html, .html)
      try Replacing.prepare(json, .json)
    }
  }

  /// - beside: sounds that the generated ones are shown beside
  func write(
    _ report: EvaluationReport, generated: [Clip], beside: [MemorizationReport.Named]
  ) throws {
    let named = generated.enumerated().map { (name: "generated clip \($0 + 1)", clip: $1) }
    let document = Page(report, generated: named, heldOut: beside).html
    if let folder { try Folder.create(folder) }
    try AtomicFile.write(JSONReport.text(report) + "\n", to: json)
    try AtomicFile.write(document, to: html)
    Terminal.note("page: \(html)")
  }
}
