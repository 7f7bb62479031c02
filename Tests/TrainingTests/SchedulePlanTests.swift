// The phase of a run: without a plan the learning rate is what it always was, to the bit; with plans it goes on where it was.
import Foundation
import Testing

@testable import Training

@Suite struct SchedulePlanTests {
  private static func options(_ steps: Int, warmUp: Int) -> TrainingOptions {
    var options = TrainingOptions()
    (options.steps, options.warmUpSteps) = (steps, warmUp)
    return options
  }

  /// The formula of runs that were made before there were plans.
  private static func rate(_ o: TrainingOptions, _ step: Int) -> Double {
    if step < o.warmUpSteps { return o.learningRate * Double(step + 1) / Double(o.warmUpSteps) }
    let progress = Double(step - o.warmUpSteps) / Double(max(1, o.steps - 1 - o.warmUpSteps))
    let fall = 0.5 * (1 + cos(.pi * min(1, max(0, progress))))
    return o.learningRate * (o.finalFraction + (1 - o.finalFraction) * fall)
  }

  @Test(arguments: [(1, 0), (2, 0), (20, 2), (1000, 100), (16_000, 100), (7, 100)])
  func withoutAPlanNothingChanges(steps: Int, warmUp: Int) {
    let options = Self.options(steps, warmUp: warmUp)
    let plan = SchedulePlan(
      from: warmUp, phase: 0, steps: steps, evaluateEvery: 1, nextEvaluation: 1, minutes: 1, firstSteps: steps
    )
    for step in 0..<steps + 3 {
      #expect(options.rate(at: step).bitPattern == Self.rate(options, step).bitPattern, "step \(step)")
      #expect(
        options.rate(at: step, phase: plan.phase(at: step)).bitPattern
          == options.rate(at: step).bitPattern)
      #expect(
        options.jitter(at: step, phase: plan.phase(at: step)).bitPattern
          == options.jitter(at: step).bitPattern)
    }
  }

  @Test func theLine() {
    let plan = SchedulePlan(
      from: 10, phase: 0.25, steps: 21, evaluateEvery: 4, nextEvaluation: 13, minutes: 1, firstSteps: 9)
    #expect(plan.phase(at: 0) == 0.25 && plan.phase(at: 10) == 0.25)
    #expect(plan.phase(at: 15) == 0.625 && plan.phase(at: 20) == 1 && plan.phase(at: 99) == 1)
    #expect((1...22).filter(plan.evaluates) == [13, 17, 21])
    #expect([9, 12, 13, 16, 17, 20].map(plan.lastEvaluation) == [9, 9, 13, 13, 17, 17])
    #expect(plan.problem == nil)
    for change: (inout SchedulePlan) -> Void in [
      { $0.phase = 1.5 }, { $0.phase = .nan }, { $0.steps = 0 }, { $0.evaluateEvery = 0 },
      { $0.minutes = .infinity }, { $0.from = -1 }, { $0.firstSteps = 0 }, { $0.nextEvaluation = -1 },
    ] {
      var wrong = plan
      change(&wrong)
      #expect(wrong.problem != nil, "\(wrong)")
    }
  }
}

@Suite struct BestSoFarTests {
  @Test func whatCounts() {
    var best = BestSoFar(step: 10, bits: 3)
    best.add(step: 20, bits: 2.9997)  // a new best, but no progress
    #expect(best.step == 20 && best.bits == 2.9997 && best.stale == 1)
    best.add(step: 30, bits: 2.9994)  // many small steps add up
    #expect(best.step == 30 && best.stale == 0)
    best.add(step: 40, bits: 4)
    best.add(step: 50, bits: 2.9994)  // of equals the first
    #expect(best.step == 30 && best.stale == 2)
    #expect(best.problem(most: 50) == nil && best.problem(most: 20) != nil)
  }
}
