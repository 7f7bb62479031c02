// A run with minutes on machines whose speed halves, doubles, stalls and wavers, with a clock that is told what things take:
// no sleeping. The whole loop with its own clock: TimedRunTests.
import Foundation
import Signal
import Testing

@testable import Training

@Suite struct TimeKeeperTests {
  /// What came of a run.
  struct End {
    var seconds = 0.0
    var steps = 0
    var evaluations = 0
    /// Of every step.
    var rates: [Double] = []
    var plan: SchedulePlan?
  }

  /// A run on a machine. `slow` is how many times as long as at the start things take at a second of the run.
  static func run(
    minutes: Double, step: Double = 0.05, evaluation: Double = 0.4, closing: Double = 5, guess: Double = 1,
    until: Double = .infinity, from: End = End(), stall: (at: Double, seconds: Double)? = nil,
    slow: (Double) -> Double = { _ in 1 }
  ) -> End {
    var end = from
    var options = TrainingOptions()
    options.warmUpSteps = 100
    options.steps = max(1, Int((minutes * 60 - closing) / (step * guess)))
    var keeper = TimeKeeper(
      minutes: minutes, evaluateEvery: nil,
      reserve: TimeReserve(evaluation: evaluation * slow(end.seconds), closing: closing * slow(end.seconds)),
      spent: end.seconds)
    var lastEvaluation = 0
    var stalled = false
    func steps() -> Int { end.plan?.steps ?? options.steps }
    while end.steps < steps() && end.seconds < until {
      end.rates.append(options.rate(at: end.steps, phase: end.plan?.phase(at: end.steps)))
      var took = step * slow(end.seconds)
      if let stall, end.seconds >= stall.at, !stalled { (took, stalled) = (took + stall.seconds, true) }
      end.seconds += took
      end.steps += 1
      keeper.pace.step(took)
      if keeper.isUp(spent: end.seconds) && end.steps < steps() { break }
      if end.steps == steps()
        ? keeper.isEarly(spent: end.seconds) : keeper.isDue(spent: end.seconds)
      {
        end.plan = keeper.plan(
          step: end.steps, spent: end.seconds, options: options, after: end.plan,
          lastEvaluation: lastEvaluation)
      }
      if end.plan?.evaluates(after: end.steps) ?? (end.steps % options.evaluateEvery == 0),
        end.steps < steps()
      {
        let took = evaluation * slow(end.seconds)
        end.seconds += took
        end.evaluations += 1
        lastEvaluation = end.steps
        keeper.pace.evaluation(took)
      }
    }
    if end.seconds < until { end.seconds += (evaluation + closing) * slow(end.seconds) }
    return end
  }

  /// Within 5 %, the rate never jumps, and it comes down.
  static func check(_ end: End, _ minutes: Double, _ what: String, jump: Double = 0.12) {
    let options = TrainingOptions()
    #expect(abs(end.seconds / (60 * minutes) - 1) < 0.05, "\(what): \(end.seconds) s of \(60 * minutes)")
    let after = end.rates.dropFirst(100)
    for (a, b) in zip(after, after.dropFirst()) {
      #expect(b <= a * (1 + 1e-12) && a - b < jump * options.learningRate, "\(what): from \(a) to \(b)")
    }
    let least = options.learningRate * options.finalFraction
    #expect(end.rates.last! < 1.1 * least && end.rates.last! >= least * 0.999, "\(what): \(end.rates.last!)")
  }

  @Test(arguments: [2.0, 10, 30, 240])
  func speedsThatChange(minutes: Double) {
    let half = minutes * 30
    let machines: [(String, (Double) -> Double)] = [
      ("steady", { _ in 1 }), ("halves", { $0 < half ? 1 : 2 }), ("doubles", { $0 < half ? 1 : 0.5 }),
      ("halves late", { $0 < 1.7 * half ? 1 : 2 }), ("comes and goes", { sin($0 / 11) > 0 ? 1 : 1.7 }),
      ("a third", { $0 < 0.5 * half ? 1 : 3 }),
    ]
    for (name, slow) in machines {
      for guess in [1.0, 0.5, 2] {
        let end = Self.run(minutes: minutes, step: minutes / 240, guess: guess, slow: slow)
        Self.check(end, minutes, "\(name), guess \(guess)")
        #expect((8...50).contains(end.evaluations), "\(name): \(end.evaluations) evaluations")
      }
    }
  }

  /// Two minutes must end within six seconds: a stall of 20 s has to be over before the last fifth.
  @Test func stalls() {
    for minutes in [2.0, 5, 10, 30] {
      for share in [0.1, 0.5, 0.75] {
        let end = Self.run(minutes: minutes, stall: (share * 60 * minutes, 20))
        Self.check(end, minutes, "a stall at \(share) of \(minutes) minutes")
      }
    }
  }

  /// A stall takes time, but does not bring the learning rate down before its time.
  @Test func aStallIsNoPace() {
    let plain = Self.run(minutes: 10)
    let stalled = Self.run(minutes: 10, stall: (300, 20))
    #expect(Double(stalled.steps) > 0.95 * Double(plain.steps))
    let place = plain.steps * 6 / 10
    #expect(abs(stalled.rates[place] / plain.rates[place] - 1) < 0.15)
  }

  @Test func resumedInTheMiddle() {
    let first = Self.run(minutes: 10, until: 290)
    #expect(first.seconds < 300 && first.plan != nil)
    // The machine is slower now.
    let whole = Self.run(minutes: 10, from: first, slow: { _ in 2 })
    Self.check(whole, 10, "resumed")
    #expect(whole.rates[first.steps] <= whole.rates[first.steps - 1])
  }

  /// What comes afterwards takes longer than the run: half of the time goes into steps all the same.
  @Test func aLongEnd() {
    let end = Self.run(minutes: 1, step: 0.05, closing: 120, guess: 1)
    #expect(end.steps > 500)
  }

  @Test func paceOfTheRecentPast() {
    var pace = Pace(evaluation: 2)
    #expect(pace.secondsPerStep == nil && pace.secondsPerEvaluation == 2 && pace.slowdown == 1)
    for _ in 0..<10 { pace.step(0.1) }
    pace.turn()
    #expect(abs(pace.secondsPerStep! - 0.1) < 1e-12 && pace.secondsPerEvaluation == 2)
    for _ in 0..<10 { pace.step(0.2) }
    pace.save(1)
    pace.turn()
    #expect(abs(pace.secondsPerStep! - 0.2) < 1e-12)  // (1 + 2 + 1) / 20
    pace.turn()
    for _ in 0..<10 { pace.step(0.2) }
    pace.turn()
    #expect(abs(pace.slowdown - 2) < 1e-9 && abs(pace.secondsPerEvaluation - 4) < 1e-9)
    for _ in 0..<9 { pace.step(0.2) }
    pace.step(60)
    pace.turn()
    #expect(pace.secondsPerStep! < 0.24)
  }
}
