// Simulated listeners take a whole test: their answers go the way of the page's (SubmittedAnswer, SessionLog), their sessions are
// of the kind "simulated". For trying a test out and for showing the path; they stand for nobody.
internal import Signal

package struct Simulation: Sendable {
  package let listeners: Int
  package let seed: UInt64
  package let sensitivity: Double

  package init(listeners: Int, seed: UInt64, sensitivity: Double) {
    precondition(listeners > 0 && sensitivity > 0, "\(listeners) listeners of sensitivity \(sensitivity)")
    self.listeners = listeners
    self.seed = seed
    self.sensitivity = sensitivity
  }

  /// They have no clock; a fixed time keeps the same seed at the same bytes.
  private static let started = "1970-01-01T00:00:00Z"

  /// - Parameter progress: called with the number of answers given; false stops between two answers.
  /// - Returns: how many sessions were finished.
  @discardableResult
  package func run(
    _ test: PreparedTest, progress: (Int) -> Bool = { _ in true }
  ) throws(ListeningError) -> Int {
    for number in 0..<listeners {
      if try SessionLog.open(in: test, id: id(number)) == nil { continue }
      throw .usage(
        "simulated listener \(name(number)) of seed \(seed) has taken this test already: give another --seed")
    }
    var heard: [String: Hearing] = [:]
    var answers = 0
    for number in 0..<listeners {
      var listener = SimulatedListener(seed: seed, number: number, sensitivity: sensitivity)
      var own = PhiloxGenerator(seed: seed, stream: 2000 + UInt64(number))
      let log = try SessionLog.create(
        in: test, id: id(number), listener: name(number), kind: .simulated, seed: own.next() >> 11,
        started: Self.started)
      while let trial = log.current {
        if !progress(answers) { return number }
        let item = test.key.items[trial.item]
        var sounds: [Hearing] = []
        for system in test.method.systems(of: trial, reference: test.key.referenceIndex) {
          let stimulus = item.stimuli[system]
          if heard[stimulus.file] == nil {
            heard[stimulus.file] = Hearing(try test.sound(stimulus))
          }
          sounds.append(heard[stimulus.file]!)
        }
        let submitted = listener.answer(test.method, sounds, trial: trial.number, sequence: log.position + 1)
        let outcome = try log.append(submitted)
        precondition(outcome == .stored, "the reply of a simulated listener was not stored")
        answers += 1
      }
    }
    return listeners
  }

  private func name(_ number: Int) -> String { "simulated-\(seed)-\(number + 1)" }

  /// The same for the same seed and number, so that nobody takes a test twice unnoticed; in order.
  private func id(_ number: Int) -> String {
    func hex(_ value: UInt64) -> String {
      let digits = String(value, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    return hex(UInt64(number + 1)) + hex(seed)
  }
}
