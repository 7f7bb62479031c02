// The card of a run's model (README.md of its folder): what it was made of, how well it predicts, how fast it is, how to make it
// again, and what it cannot do. Lines that others have written around it stay, the table of `tune` among them
// (Tuning+Card.swift). Tests: RunCardTests.
internal import Files
internal import Reports

/// Written at every save with what is known then.
package struct RunCard: Sendable {
  /// What the model is called.
  package let name: String
  /// Lines of the table of what it is made of.
  package let facts: [(name: String, value: String)]
  /// Of everything held out; nil before the end.
  package let measured: BitsReport?
  /// How fast it generates, in words; nil if that was not measured.
  package let speed: String?
  /// Command lines that made it, in their order.
  package let commands: [String]
  /// What to know before using it, a sentence each.
  package let limits: [String]

  /// What is between these is the run's.
  private static let begin = "<!-- made by synth train; what stands outside of these two lines stays -->"
  private static let end = "<!-- end of what synth train made -->"

  package init(
    name: String, facts: [(name: String, value: String)], measured: BitsReport?, speed: String?,
    commands: [String], limits: [String]
  ) {
    (self.name, self.facts, self.measured, self.speed) = (name, facts, measured, speed)
    (self.commands, self.limits) = (commands, limits)
  }

  /// The card in place of the one that is there.
  /// - replacing: cards that nobody has written: they go.
  package func text(in old: String?, replacing plain: String) -> String {
    let own = ([Self.begin, ""] + lines + ["", Self.end]).joined(separator: "\n")
    guard let old, old != plain, !old.isEmpty else { return Self.head + own + "\n" }
    if let start = old.firstRange(of: Self.begin), let stop = old.firstRange(of: Self.end),
      start.upperBound <= stop.lowerBound
    {
      return old[..<start.lowerBound] + own + old[stop.upperBound...]
    }
    return old + (old.hasSuffix("\n") ? "\n" : "\n\n") + own + "\n"
  }

  /// What model hubs read.
  private static let head = """
    ---
    library_name: synth
    pipeline_tag: text-to-audio
    tags: [wavenet]
    ---


    """

  private var lines: [String] {
    var lines = ["# \(Self.plain(name))", "", "| | |", "|---|---|"]
    lines += facts.map { "| \(Self.cell($0.name)) | \(Self.cell($0.value)) |" }
    lines += ["", "## Results", ""] + results
    if let speed { lines += ["", Self.plain(speed)] }
    if !commands.isEmpty {
      lines += ["", "## Made by", ""] + commands.map { "    " + FileName.shown($0) }
    }
    return lines + ["", "## Limits", ""] + limits.map { "- " + Self.plain($0) }
  }

  private var results: [String] {
    guard let measured else { return ["In training: nothing held out has been measured as a whole yet."] }
    let b = measured.baselines
    func fixed(_ value: Double?, _ digits: Int = 3) -> String { NumberText.fixed(value, digits) }
    return [
      "On \(NumberText.clock(measured.seconds)) of held-out sound (\(NumberText.count(measured.files.count, "clip"))), every sample of it:",
      "",
      "| bits per sample | this model | linear predictor, 32 taps | bigram | unigram | no model |",
      "|---|---|---|---|---|---|",
      "| | **\(fixed(measured.bitsPerSample))** | \(fixed(b.linearPredictor)) | \(fixed(b.bigram)) | \(fixed(b.unigram)) "
        + "| \(fixed(b.uniform, 2)) |",
      "", Self.plain(measured.verdict),
    ]
  }

  /// One line in which nothing is markup that is not ours.
  private static func plain(_ text: String) -> String {
    var result = ""
    for character in FileName.shown(text) {
      if "\\`*_[]<>|#".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }

  private static func cell(_ text: String) -> String { plain(text) }
}
