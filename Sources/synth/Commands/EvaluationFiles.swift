// The files that `synth evaluate --page` leaves: a page, and the same report as JSON beside it.
import AudioIO
import Evaluation
import Files
import Glibc
import Signal

struct EvaluationFiles {
  let html: String
  let json: String

  /// - page: the page's name if it ends in .html, else a folder, which is made if need be
  /// - Throws: if nothing can be written there.
  init(_ page: String) throws {
    var folder = page
    if let ending = [".html", ".htm"].first(where: { page.lowercased().hasSuffix($0) }) {
      html = page
      json = String(page.dropLast(ending.count)) + ".json"
      folder = page.lastIndex(of: "/").map { String(page[...$0]) } ?? "."
    } else {
      try Folder.create(page)
      let prefix = page.hasSuffix("/") ? page : page + "/"
      html = prefix + "index.html"
      json = prefix + "evaluation.json"
    }
    if access(folder, W_OK) != 0 {
      throw SynthError.cannotCreate(path: html, reason: String(cString: strerror(errno)))
    }
  }

  func write(_ report: EvaluationReport, generated: [Clip], sources: EvaluationSources) throws {
    let named = generated.enumerated().map { (name: "generated clip \($0 + 1)", clip: $1) }
    let document = Page(report, generated: named, heldOut: sources.heldOutSounds).html
    try AtomicFile.write(Array((JSONReport.text(report) + "\n").utf8), to: json)
    try AtomicFile.write(Array(document.utf8), to: html)
    Terminal.note("page: \(html)")
  }
}
