// The options of synth listen prepare that are about the page: language, instructions, questionnaire, headphones.
import ArgumentParser
import Files
import Listening

extension PageOptions.Language: ExpressibleByArgument {}
extension PageOptions.Switching: ExpressibleByArgument {}

struct PageArguments: ParsableArguments {
  @Option(
    help:
      "Language of the page: \(PageOptions.Language.allCases.map(\.rawValue).joined(separator: ", ")) (default: the browser's; the listener may choose)."
  )
  var language: PageOptions.Language?

  @Option(help: "Text file with instructions, shown at the start and in each trial.", completion: .file())
  var instructions: String?

  @Flag(help: "Give each trial a field for remarks.")
  var comments = false

  @Option(
    help: "JSON file with questions before and after the trials, see above.",
    completion: .file(extensions: ["json"]))
  var questionnaire: String?

  @Flag(help: "Have listeners show first that they wear headphones (Woods et al. 2017), and left from right.")
  var headphoneCheck = false

  @Option(help: "What choosing another sound does: continue where this one was, or restart.")
  var switching = PageOptions.Switching.continue

  /// - Throws: `ListeningError`, `FileError`
  func options() throws -> PageOptions {
    var options = PageOptions()
    (options.language, options.comments, options.headphoneCheck) = (language, comments, headphoneCheck)
    options.switching = switching
    if let questionnaire { options.questionnaire = try Questionnaire.read(questionnaire) }
    if let instructions {
      let bytes = try InputFile.contents(of: instructions, limit: 1 << 20)
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw ListeningError.unusable(path: instructions, field: "", reason: "the text is not UTF-8")
      }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
        $0.hasSuffix("\r") ? $0.dropLast() : $0
      }
      let kept = lines.drop { $0.allSatisfy(\.isWhitespace) }.reversed().drop {
        $0.allSatisfy(\.isWhitespace)
      }.reversed()
      options.instructions = kept.joined(separator: "\n")
      if !(1...PageOptions.instructionsLimit).contains(options.instructions!.count) {
        throw ListeningError.unusable(
          path: instructions, field: "",
          reason:
            "\(options.instructions!.count) characters, allowed are 1 to \(PageOptions.instructionsLimit)")
      }
    }
    return options
  }
}
