// A listening test in a terminal, for machines without a browser: the same trials, the same session files, one line at a
// time. Blind in the same way; but sounds are played one after another, not in lockstep.
package import Signal

package struct TerminalListener {
  /// How it ended.
  package enum End: Hashable, Sendable {
    case finished
    /// The input ended, or `q`: the session can be gone on with.
    case paused
  }

  private let test: PreparedTest
  private let log: SessionLog
  private let say: (String) -> Void
  private let readLine: () throws -> String?
  private let play: (ChannelClip) throws -> Void

  /// - Parameters:
  ///   - say: shows a line
  ///   - readLine: the next line, nil at the end of the input
  ///   - play: plays to the end
  package init(
    _ test: PreparedTest, _ log: SessionLog, say: @escaping (String) -> Void,
    readLine: @escaping () throws -> String?, play: @escaping (ChannelClip) throws -> Void
  ) {
    self.test = test
    self.log = log
    self.say = say
    self.readLine = readLine
    self.play = play
  }

  package func run() throws -> End {
    say(test.plan.question)
    help(test.method.labels(of: TrialOrder.training(test.key, method: test.method, seed: log.header.seed)))
    while let trial = log.current {
      if try !ask(trial) { return .paused }
    }
    say("Thank you: all \(test.plan.trials) trials are answered.")
    say("Your code: \(log.header.code). If you come back to this test, give it with --returning.")
    return .finished
  }

  private func help(_ labels: [String]) {
    let names = labels.map { $0.lowercased() }.joined(separator: ", ")
    say(
      "Play: \(names); a part: \(labels[0].lowercased()) 0.5 1.5 (seconds). Answer: \(example). ? helps, q pauses."
    )
  }

  private var example: String {
    switch test.method {
    case .abx: "=a or =b"
    case .ab: "=a, =b or =tie"
    case .mos: "=1 (bad) to =5 (excellent)"
    case .dcr: "=1 (very annoying) to =5 (inaudible)"
    case .cmos: "=-3 (B much worse) to =3 (B much better)"
    case .multi: "=70 20 ... (0 to 100, one for each sound)"
    case .mushra: "=70 100 ... (0 to 100, one for each sound but the reference)"
    case .abchr: "=3.5 5.0 (1.0 to 5.0, for B and C)"
    }
  }

  /// One trial; false when the listener stops.
  private func ask(_ trial: Trial) throws -> Bool {
    let labels = test.method.labels(of: trial)
    let item = test.key.items[trial.item]
    let systems = test.method.systems(of: trial, reference: test.key.referenceIndex)
    var submitted = SubmittedAnswer(
      sequence: trial.number + 1, trial: trial.number, seconds: 0, plays: labels.map { _ in 0 }, switches: 0,
      looped: false)
    var last: Int?
    let start = ContinuousClock.now
    say("Trial \(trial.number + 1) of \(test.plan.trials)")
    while let line = try readLine() {
      let words = line.split(separator: " ").map { $0.lowercased() }
      guard let first = words.first else { continue }
      if first == "q" { return false }
      if first == "?" {
        help(labels)
      } else if let index = labels.firstIndex(where: { $0.lowercased() == first }) {
        var sound = try test.sound(item.stimuli[systems[index]])
        if words.count > 1 {
          guard let part = part(words, frames: sound.frames) else {
            say(
              "A part is two times in seconds, at least 0.1 apart, up to \(sound.seconds)."
            )
            continue
          }
          sound = Fade.cut(sound.map { Array($0[part]) }, to: part.count)
          submitted.looped = true
        }
        submitted.plays[index] += 1
        if let last, last != index { submitted.switches += 1 }
        last = index
        try play(sound)
      } else if first.hasPrefix("=") {
        let unheard = labels.indices.filter { submitted.plays[$0] == 0 }.map { labels[$0] }
        if !unheard.isEmpty {
          say("Not heard yet: \(unheard.joined(separator: ", ")).")
          continue
        }
        submitted.seconds = (ContinuousClock.now - start) / .seconds(1)
        guard read(line, into: &submitted), try log.append(submitted) == .stored else {
          say("Not an answer: \(example).")
          continue
        }
        return true
      } else {
        say("Not understood: \(line)")
        help(labels)
      }
    }
    return false
  }

  private func part(_ words: [String], frames: Int) -> Range<Int>? {
    guard words.count == 3, let from = Double(words[1]), let to = Double(words[2]), from >= 0,
      to - from >= 0.1,
      to < 1e6
    else { return nil }
    let rate = Double(test.plan.sampleRate)
    let range = Int(from * rate)..<Int(to * rate)
    return range.upperBound <= frames ? range : nil
  }

  private func read(_ line: String, into submitted: inout SubmittedAnswer) -> Bool {
    let text = line.drop { $0 != "=" }.dropFirst().lowercased()
    let words = text.split(separator: " ").map(String.init)
    switch test.method {
    case .abx:
      submitted.chosen = ["a": 0, "b": 1][words.first ?? ""]
      return submitted.chosen != nil && words.count == 1
    case .ab:
      submitted.preferred = ["a": 0, "b": 1, "tie": -1][words.first ?? ""]
      return submitted.preferred != nil && words.count == 1
    case .mos, .dcr, .cmos:
      submitted.rating = words.first.flatMap { Int($0) }
      return submitted.rating != nil && words.count == 1
    case .multi, .mushra, .abchr:
      let values = words.map { Double($0) }
      submitted.ratings = values.compactMap(\.self)
      return values.allSatisfy { $0 != nil }
    }
  }
}
