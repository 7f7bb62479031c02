// Simulated listeners: they hear what is there, guess where there is nothing, and leave sessions like anybody's, marked.
import Foundation
import Glibc
import Signal
import TestSupport
import Testing

@testable import Listening

@Suite struct SimulationTests {
  private func tone(_ hz: Double, noise: Double = 0, rate: Int = 16_000, seconds: Double = 0.5) -> [Float] {
    var random = PhiloxGenerator(seed: 3, stream: 0)
    return (0..<Int(seconds * Double(rate))).map {
      Float(0.2 * sin(2 * .pi * hz * Double($0) / Double(rate)) + noise * random.normal())
    }
  }

  @Test func distanceMeasuresDifferences() {
    let a = Hearing(ChannelClip(channels: [tone(440)], sampleRate: 16_000))
    let louder = Hearing(ChannelClip(channels: [tone(440).map { 2 * $0 }], sampleRate: 16_000))
    let other = Hearing(ChannelClip(channels: [tone(880)], sampleRate: 16_000))
    #expect(a.distance(to: a) == 0)
    #expect(a.distance(to: other) == other.distance(to: a))
    #expect(a.distance(to: other) > a.distance(to: louder) && a.distance(to: louder) > 0)
    // Twice the amplitude is 6 dB in every cell that is heard at all: never more in the mean.
    #expect(a.distance(to: louder) <= 6.03)
  }

  @Test func contrastFallsWithNoise() {
    let levels = [0, 0.0003, 0.003, 0.03].map {
      Hearing(ChannelClip(channels: [tone(440, noise: $0)], sampleRate: 16_000)).contrast
    }
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $0 > $1 })
    // 20 dB more noise, 20 dB less contrast.
    #expect(abs(levels[2] - levels[3] - 20) < 2, "\(levels)")
    // The rate of the stimuli does not matter much.
    let at48 = Hearing(ChannelClip(channels: [tone(440, noise: 0.003, rate: 48_000)], sampleRate: 48_000))
      .contrast
    #expect(abs(at48 - levels[2]) < 8, "\(at48) and \(levels[2])")
  }

  @Test func everyMethodIsTakenToItsEnd() throws {
    for method in Listening.Method.allCases {
      try withTemporaryFolder { root in
        let test = try makeTest("\(root)/t", method: method, systems: 2, trials: 6)
        #expect(try Simulation(listeners: 3, seed: 5, sensitivity: 1).run(test) == 3)
        let sessions = try SessionRecord.readAll(of: test)
        #expect(sessions.count == 3, "\(method)")
        #expect(sessions.allSatisfy { $0.finished && $0.answers.count == 6 && $0.header.kind == .simulated })
        #expect(sessions.map(\.header.listener) == ["simulated-5-1", "simulated-5-2", "simulated-5-3"])
        let report = try ListeningReport.make(test: test, sessions: sessions)
        #expect(report.simulated && report.testsWithheld == nil, "\(method)")
        #expect(report.html.contains("Nobody has listened"), "\(method)")
        // Nobody takes it twice.
        #expect(throws: ListeningError.self) {
          try Simulation(listeners: 1, seed: 5, sensitivity: 1).run(test)
        }
        try Simulation(listeners: 1, seed: 6, sensitivity: 1).run(test)
        #expect(try SessionRecord.readAll(of: test).count == 4)
      }
    }
  }

  @Test func sameSeedSameBytes() throws {
    try withTemporaryFolder { root in
      var contents: [[String: Data?]] = []
      for name in ["one", "two"] {
        let test = try makeTest("\(root)/\(name)", method: .multi)
        try Simulation(listeners: 2, seed: 9, sensitivity: 1).run(test)
        let files = names(in: test.sessionsFolder)
        contents.append(
          Dictionary(
            uniqueKeysWithValues: files.map {
              ($0, FileManager.default.contents(atPath: "\(test.sessionsFolder)/\($0)"))
            }))
      }
      #expect(contents[0].count == 2 && contents[0] == contents[1])
    }
  }

  /// Systems of the hand-made tests differ in pitch: heard by a keen listener, not by a dull one.
  @Test func sensitivityDecides() throws {
    func share(_ sensitivity: Double) throws -> Double {
      try withTemporaryFolder { root in
        let test = try makeTest("\(root)/t", method: .abx, trials: 40)
        try Simulation(listeners: 6, seed: 2, sensitivity: sensitivity).run(test)
        let report = try ListeningReport.make(
          test: test, sessions: try SessionRecord.readAll(of: test))
        return try #require(report.analysis.identification?.all.share.value)
      }
    }
    #expect(try share(20) == 1)
    let dull = try share(0.001)
    #expect(chanceBounds(0.5, trials: 240).contains(dull), "\(dull)")
    let between = try share(0.3)
    #expect(between > dull && between < 1)
  }

  /// The hidden reference is exactly the reference: simulated listeners give it the best marks.
  @Test func referencesAreFound() throws {
    try withTemporaryFolder { root in
      let test = try makeTest("\(root)/t", method: .mushra, systems: 2)
      try Simulation(listeners: 6, seed: 2, sensitivity: 3).run(test)
      let report = try ListeningReport.make(
        test: test, sessions: try SessionRecord.readAll(of: test))
      let medians = try #require(report.analysis.scores?.systems).map { ($0.system, $0.median) }
      let reference = try #require(medians.first { $0.0 == "reference" }).1
      #expect(reference > 90 && medians.allSatisfy { $0.0 == "reference" || $0.1 < reference })
      #expect(report.analysis.postScreening?.excluded.isEmpty == true)
    }
  }

  @Test func stoppingLeavesWholeSessions() throws {
    try withTemporaryFolder { root in
      let test = try makeTest("\(root)/t", method: .abx, trials: 10)
      #expect(try Simulation(listeners: 4, seed: 2, sensitivity: 1).run(test) { $0 < 15 } == 1)
      let sessions = try SessionRecord.readAll(of: test)
      #expect(sessions.map(\.answers.count) == [10, 5] && sessions.map(\.finished) == [true, false])
    }
  }
}
