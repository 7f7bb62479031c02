// A prepared test for webMUSHRA (audiolabs): one YAML configuration and WAV files, to be copied over its folder. What it
// has no page for is refused, not bent. Order of items and conditions is webMUSHRA's own, at random and without a seed.
// What its pages want is written down in Tests/ListeningTests/Export/WebMUSHRATests.swift.
internal import AudioIO
internal import Files
internal import Reports
internal import Signal

package struct WebMUSHRA: Sendable {
  private let test: PreparedTest
  /// For the names of files and of the test, under which webMUSHRA collects its results.
  private let id: String

  /// - Throws: `usage` for cmos, dcr and ab, which have no page there.
  package init(_ test: PreparedTest) throws(ListeningError) {
    switch test.method {
    case .cmos, .dcr:
      throw .usage(
        "webMUSHRA has no page for \(test.method.rawValue): prepare the test with --method multi, or serve it with synth"
      )
    case .ab:
      // Its paired comparison asks which of two sounds a third one is, and waits for ever where there is no third.
      throw .usage(
        "webMUSHRA has no page for a preference: prepare the test with --method multi, or serve it with synth"
      )
    default: break
    }
    self.test = test
    id = "synth-" + test.plan.identity.prefix(8)
  }

  /// Writes configs/ID.yaml and configs/resources/ID/*.wav.
  /// - Returns: the path of the configuration.
  package func write(to folder: String) throws(ListeningError) -> String {
    if Disk.exists("\(folder)/\(PreparedTest.planFile)") {
      throw .usage("\(folder) is a prepared test, which is never changed: give another folder with --output")
    }
    for part in ["", "/configs", "/configs/resources", "/configs/resources/\(id)"]
    where !Disk.exists(folder + part) { try TestFiles.makeFolder(folder + part) }
    for (number, item) in test.key.items.enumerated() {
      for system in test.key.systems.indices {
        // webMUSHRA connects a sound's channels one by one: one channel would be heard on the left alone.
        let sound = try test.sound(item.stimuli[system]).onBothSides
        let path = "\(folder)/\(file(number, system))"
        do {
          try SoundFile.write(sound, to: path, format: .wav24)
        } catch {
          throw .writeFailed(path: path, reason: "\(error)")
        }
      }
    }
    let path = "\(folder)/configs/\(id).yaml"
    try TestFiles.write(Array(yaml.utf8), to: path)
    return path
  }

  /// Numbers instead of names: the browser of webMUSHRA loads files by these names.
  private func file(_ item: Int, _ system: Int) -> String {
    "configs/resources/\(id)/\(item + 1)-\(system + 1).wav"
  }

  var yaml: String {
    var lines = [
      "# Made by synth from a prepared listening test (method \(test.method.rawValue)).",
      "testname: \(Self.quoted(test.plan.title))", "testId: \(Self.quoted(id))", "bufferSize: 2048",
      "stopOnErrors: true", "showButtonPreviousPage: false", "remoteService: service/write.php", "pages:",
      "  - type: generic", "    id: welcome", "    name: \(Self.quoted(test.plan.title))",
      "    content: \(Self.quoted(Markup.escaped(test.plan.question)))", "  - type: volume", "    id: volume",
      "    name: Volume", "    content: Set a comfortable level, then leave it alone.",
      "    stimulus: \(Self.quoted(file(0, test.key.tested[0])))", "    defaultVolume: 0.5", "  -",
      "    - random",
    ]
    for item in test.key.items.indices { lines += pages(item).flatMap(Self.listEntry) }
    lines += [
      "  - type: finish", "    name: Thank you", "    content: Please send the results.",
      "    showResults: false",
      "    writeResults: true",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private func pages(_ item: Int) -> [[String]] {
    let tested = test.key.tested
    switch test.method {
    case .mushra:
      // The anchors are ours: webMUSHRA's own come out earlier than the reference.
      let heard = test.key.systems.indices.filter { test.key.systems[$0].kind != .reference }
      return [
        page("mushra", item, "", reference: test.key.referenceIndex, heard)
          + [
            "showWaveform: false", "enableLooping: true", "createAnchor35: false", "createAnchor70: false",
            "randomize: true", "showConditionNames: false", "strict: false",
          ]
      ]
    case .abchr:
      return tested.map { system in
        page("bs1116", item, "-\(system + 1)", reference: test.key.referenceIndex, [system])
          + ["showWaveform: false", "enableLooping: true", "createAnchor35: false", "createAnchor70: false"]
      }
    case .abx:
      // X is the reference, which webMUSHRA puts beside each of the others as A or B: once each way.
      return tested.map { x in
        page("paired_comparison", item, "-x\(x + 1)", reference: x, tested.filter { $0 != x })
          + ["showWaveform: false", "enableLooping: true"]
      }
    case .mos:
      return [page("likert_single_stimulus", item, "", reference: nil, tested) + likert(1...5, step: 1)]
    case .multi:
      // There is no page of sliders without a reference: eleven steps instead.
      return [page("likert_multi_stimulus", item, "", reference: nil, tested) + likert(0...100, step: 10)]
    case .ab, .cmos, .dcr: preconditionFailure("\(test.method) has no page")
    }
  }

  private func page(
    _ type: String, _ item: Int, _ part: String, reference: Int?, _ systems: [Int]
  ) -> [String] {
    [
      "type: \(type)", "id: \(Self.quoted("item\(item + 1)\(part)"))",
      "name: \(Self.quoted("Item \(item + 1)"))",
      "content: \(Self.quoted(Markup.escaped(test.plan.question)))",
    ]
      + (reference.map { ["reference: \(Self.quoted(file(item, $0)))"] } ?? []) + ["stimuli:"]
      + systems.map { "  \(Self.quoted(test.key.systems[$0].name)): \(Self.quoted(file(item, $0)))" }
  }

  private func likert(_ range: ClosedRange<Int>, step: Int) -> [String] {
    ["mustRate: true", "mustPlayback: processUpdate", "response:"]
      + stride(from: range.lowerBound, through: range.upperBound, by: step).flatMap {
        ["  - value: \"\($0)\"", "    label: \"\($0)\""]
      }
  }

  /// One element of the list of random pages.
  private static func listEntry(_ page: [String]) -> [String] {
    page.enumerated().map { ($0.offset == 0 ? "    - " : "      ") + $0.element }
  }

  /// A double-quoted YAML scalar takes any text; its escapes are among those of JSON.
  static func quoted(_ text: String) -> String { JSON.quoted(text) }
}
