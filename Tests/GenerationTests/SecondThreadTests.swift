// The second thread of one clip: the same codes with it as without it, whatever the precision, however it is asked, and
// however often it starts and stops. `HelperCalibration` by itself: what makes it change its mind.

import Kernels
import Testing
import WaveNet

@testable import Generation

/// Wide enough to be shared: skip sums and head of several panels, groups of blocks that do not divide evenly.
private func wideModel(skip: Int = 272, head: Int = 144) throws -> Model {
  randomModel(
    try Configuration(
      residualChannels: 20, dilationChannels: 24, skipChannels: skip, headChannels: head, kernelSize: 2,
      dilations: [1, 2, 4, 8, 16, 32, 1, 2, 4, 6, 3, 12, 1]))
}

@Suite struct SecondThreadTests {
  @Test(arguments: Precision.allCases) func sameCodesWithTwoThreads(precision: Precision) throws {
    for (skip, head) in [(272, 144), (256, 16), (512, 300)] {
      let packed = PackedModel(try wideModel(skip: skip, head: head), precision: precision)
      #expect(SecondThread.canHelp(packed.weights))
      let alone = try Generator(packed, seed: 5).generate(700)
      let engine = StreamEngine(packed, threads: 2)
      let second = try #require(engine.second)
      // Every step by two threads, with pauses, and single steps between them.
      let reference = StreamEngine(packed)
      second.begin()
      while !second.isReady { Parallel.pause() }
      var running = true
      for (i, code) in alone.enumerated() {
        if i % 97 == 96 {
          second.end()
          running = false
        } else if i % 97 == 3 && !running {
          second.begin()
          while !second.isReady { Parallel.pause() }
          running = true
        }
        if running { engine.step(code, with: second) } else { engine.step(code) }
        reference.step(code)
        let levels = packed.configuration.quantizationLevels
        let same = (0..<levels).allSatisfy {
          engine.logits[$0].bitPattern == reference.logits[$0].bitPattern
        }
        #expect(same, "\(precision) \(skip) \(head): step \(i)")
        if !same { break }
      }
      if running { second.end() }
    }
  }

  @Test func generatorsWithTwoThreads() throws {
    let model = try wideModel()
    let alone = try Generator(model, seed: 9).generate(3000)
    let two = Generator(model, seed: 9, threads: 2)
    var codes: [UInt16] = []
    for piece in [1, 64, 500, 63, 1372, 1000] { codes += try two.generate(piece) }
    #expect(codes == alone)
  }

  @Test func smallModelsHaveNoSecondThread() {
    let engine = StreamEngine(PackedModel(randomModel(shapes[0])), threads: 8)
    #expect(engine.second == nil)
  }

  /// The other processor's cache is cold then.
  @Test func theFirstTurnOfATrialDoesNotCount() {
    var calibration = HelperCalibration()
    var (turns, samples) = (0, 0)
    for _ in 0..<10_000 {
      let (wantsTwo, isShort) = (calibration.wantsTwo, calibration.turn < 32)
      turns += wantsTwo ? 1 : 0
      samples += calibration.turn
      calibration.note(two: wantsTwo, wantsTwo ? (isShort ? 1500 : 60) : 100)
    }
    #expect(turns > 9800, "\(turns) turns of two threads")
    #expect(samples > 31 * 10_000, "few turns are short")
  }

  @Test(arguments: [60.0, 95]) func calibrationKeepsWhatIsFaster(two: Double) {
    var calibration = HelperCalibration()
    var turns = 0
    for turn in 0..<10_000 {
      let wantsTwo = calibration.wantsTwo
      turns += wantsTwo ? 1 : 0
      // Every tenth turn is disturbed.
      calibration.note(two: wantsTwo, (wantsTwo ? two : 100) * (turn % 10 == 0 ? 1.1 : 1))
    }
    #expect(turns > 9800, "\(turns) turns of two threads")
  }

  /// A second thread that does not pay is tried ever more seldom, so that it costs next to nothing.
  @Test(arguments: [(101.0, 100), (5000, 15)]) func calibrationGivesUpWhatIsSlower(two: Double, most: Int) {
    var calibration = HelperCalibration()
    var turns = 0
    for _ in 0..<20_000 {
      let wantsTwo = calibration.wantsTwo
      turns += wantsTwo ? 1 : 0
      calibration.note(two: wantsTwo, wantsTwo ? two : 100)
    }
    #expect(turns > 3 && turns < most, "\(turns) turns of two threads")
  }

  /// A helper that never wakes up.
  @Test func calibrationWithoutTheOther() {
    var calibration = HelperCalibration()
    for _ in 0..<1000 { calibration.note(two: false, 100) }
    #expect(calibration.wantsTwo)
  }
}
