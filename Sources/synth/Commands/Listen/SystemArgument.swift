// What is compared in a listening test, as the user writes it: NAME=FOLDER, or NAME=MODEL with settings behind commas.
import Files
import Listening
import WaveNet

enum SystemArgument {
  static let help =
    "NAME=SOURCE: a folder of sounds, a sound file, or a model (a folder or a shipped name) with settings, e.g. hot=sines,temperature=1.0,precision=bf16."

  static func parse(_ text: String) throws -> Preparation.System {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw ListeningError.usage("'\(text)': write NAME=FOLDER, NAME=FILE or NAME=MODEL")
    }
    let name = String(text[..<equals])
    let allowed =
      name.utf8.count <= 32
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
    if !allowed {
      throw ListeningError.usage("'\(name)': a name has at most 32 letters, digits and _ - . of ASCII")
    }
    let rest = String(text[text.index(after: equals)...])
    // A folder may have commas in its name; settings are looked for only where there is no such path.
    let parts =
      Disk.exists(rest)
      ? [rest] : rest.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let pairs = try parts.dropFirst().map { part in
      guard let sign = part.firstIndex(of: "=") else {
        throw ListeningError.usage("\(name): '\(part)' is not KEY=VALUE")
      }
      return (key: String(part[..<sign]), value: String(part[part.index(after: sign)...]))
    }
    let source = parts[0]
    if source.isEmpty { throw ListeningError.usage("'\(text)': nothing after the =") }
    if isModel(source) {
      let settings = try RenderSettings(pairs, system: name)
      return .init(name: name, source: .model(try ModelSource.load(source), settings))
    }
    if !Disk.exists(source) {
      if source.contains(where: { "/.".contains($0) }) { throw SynthError.noSuchInput(path: source) }
      throw SynthError.noSuchModel(name: source, shipped: ShippedModel.names)
    }
    if let first = pairs.first {
      throw ListeningError.usage("\(name): \(source) is a folder of sounds and has no setting '\(first.key)'")
    }
    return .init(name: name, source: .folder(source))
  }

  /// A folder is a model's if it has a configuration, and a folder of sounds otherwise.
  private static func isModel(_ source: String) -> Bool {
    if ShippedModel.names.contains(source) || source.hasSuffix(".safetensors") { return true }
    return Disk.exists("\(source)/config.json")
  }
}
