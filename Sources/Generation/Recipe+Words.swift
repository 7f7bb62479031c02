// A recipe in words, from one list of settings: a command line that makes the same clips, the comment that goes into a
// file, the members of a listening test's key.

extension Recipe {
  /// A setting by its name in reports, and the flag of `synth generate` with its value.
  private struct Setting {
    let key: String
    let value: String
    let flag: String
    let flagValue: String

    init(_ key: String, _ value: String, flag: String? = nil, _ flagValue: String? = nil) {
      (self.key, self.value) = (key, value)
      self.flag = flag ?? "--" + key.replacing("_", with: "-")
      self.flagValue = flagValue ?? value
    }
  }

  private func settings(_ direction: Direction?) -> [Setting] {
    let rate = Double(sampleRate)
    let leadIn = leadIn(direction)
    var list = [Setting("temperature", "\(sampling.temperature)")]
    if let topK = sampling.topK { list.append(Setting("top_k", "\(topK)")) }
    if let topP = sampling.topP { list.append(Setting("top_p", "\(topP)")) }
    if sampling.warmUpSamples > 0 {
      let seconds = "\(Double(sampling.warmUpSamples) / rate)"
      list.append(Setting("warm_up_samples", "\(sampling.warmUpSamples)", flag: "--warm-up", seconds))
    }
    if leadIn.samples > 0 {
      let seconds = "\(Double(leadIn.samples) / rate)"
      list.append(Setting("lead_in_samples", "\(leadIn.samples)", flag: "--lead-in", seconds))
    }
    if precision != .f32 { list.append(Setting("precision", precision.rawValue)) }
    return list
  }

  /// Settings by name, for records: all that the sound depends on, besides model, seed and length.
  package var recorded: [String: String] {
    var members = Dictionary(uniqueKeysWithValues: settings(nil).map { ($0.key, $0.value) })
    members["warm_up_samples"] = "\(sampling.warmUpSamples)"
    members["lead_in_samples"] = "\(leadIn.samples)"
    members["precision"] = precision.rawValue
    members["fades"] = "\(fades)"
    return members
  }

  /// What makes clip number `clip`, from 1, again; for the comment of its file.
  /// - following: what `direction` is, as settings
  package func comment(
    program: String, seed: UInt64, clip: Int, samples: Int, direction: Direction? = nil,
    following: [String] = []
  ) -> String {
    var words = ["\(program):", "model=\(name)", "seed=\(seed)", "clip=\(clip)"]
    words += settings(direction).map { "\($0.key)=\($0.value)" }
    if !fades { words.append("fade=false") }
    words += following
    words.append("samples=\(samples)")
    return words.joined(separator: " ")
  }

  /// How codes are drawn, as flags of a command line that need not be quoted.
  package var flags: [String] { settings(nil).flatMap { [$0.flag, $0.flagValue] } }

  /// A command line that makes `count` clips again, the first of the seed.
  package func commandLine(output: String, count: Int, samples: Int, seed: UInt64) -> String {
    var words = ["synth generate", Self.quoted(output), "--model", quotedName]
    words += ["--count \(count) --samples \(samples) --seed \(seed)"]
    words += settings(nil).map { "\($0.flag) \($0.flagValue)" }
    if !fades { words.append("--no-fade") }
    return words.joined(separator: " ")
  }

  /// A command line that evaluates the model again on clips that follow the same excerpts.
  /// - options: words of `synth evaluate` that say on what
  package func evaluationLine(_ options: [String], count: Int, seconds: Double, seed: UInt64) -> String {
    var words = ["synth evaluate", quotedName] + options.map(Self.quoted)
    words += ["--generate \(count) --generate-seconds \(seconds) --generate-seed \(seed)"]
    words += settings(nil).map { "\($0.flag) \($0.flagValue)" }
    return words.joined(separator: " ")
  }

  private var quotedName: String {
    Self.quoted(name.hasPrefix("shipped:") ? String(name.dropFirst("shipped:".count)) : name)
  }

  /// As a shell takes it: in quotes where it must be.
  private static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-./:,+=@%".unicodeScalars.contains($0)
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
