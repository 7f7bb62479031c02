// Variance components, d' and Bradley-Terry against values by numpy and scipy (Tests/Fixtures/make_statistics_fixtures.py).
import FoundationEssentials
import Testing

@testable import Listening

@Suite struct ModelGoldenTests {
  private struct Golden: Decodable {
    struct MixedCase: Decodable {
      let listeners, items: [Int]
      let values: [Double]
      let squares: [Double]  // listener, item, rest
      let value, standardError, freedom, pValue, lower, upper, itemRatio, itemP: Double
    }
    struct SensitivityCase: Decodable { let share, differencing, independent: Double }
    struct BradleyCase: Decodable {
      let wins: [[[Double]]]
      let values, lower, upper: [Double]
    }

    let mixed: [MixedCase]
    let sensitivity: [SensitivityCase]
    let bradleyTerry: [BradleyCase]
  }

  private static let golden = StatisticsGolden.values(Golden.self)

  private func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
    abs(a - b) <= tolerance * max(1e-3, abs(a), abs(b))
  }

  @Test func varianceComponents() throws {
    #expect(Self.golden.mixed.count == 7)
    for c in Self.golden.mixed {
      var table = RatingTable()
      for ((listener, item), value) in zip(zip(c.listeners, c.items), c.values) {
        table.append(listener: "\(listener)", item: "\(item)", value: value)
      }
      let fit = try #require(AdditiveFit(CellTable(table)))
      let squares = [fit.listenerSquare, fit.itemSquare, fit.restSquare]
      #expect(zip(squares, c.squares).allSatisfy { isClose($0, $1) }, "\(squares) \(c.squares)")
      let ours = try #require(MixedMean(table))
      #expect(isClose(ours.value, c.value) && isClose(ours.standardError, c.standardError), "\(ours) \(c)")
      #expect(isClose(ours.freedom, c.freedom) && isClose(ours.pValue, c.pValue), "\(ours) \(c)")
      let interval = ours.interval()
      #expect(isClose(interval.lowerBound, c.lower) && isClose(interval.upperBound, c.upper), "\(interval)")
      let items = try #require(ours.itemTest)
      #expect(isClose(items.ratio, c.itemRatio) && isClose(items.pValue, c.itemP), "\(items) \(c)")
    }
  }

  @Test func sensitivity() throws {
    #expect(Self.golden.sensitivity.count == 7)
    for c in Self.golden.sensitivity {
      for (model, expected) in [
        (Sensitivity.Model.differencing, c.differencing), (.independentObservation, c.independent),
      ] {
        let ours = try #require(model.dPrime(share: c.share))
        #expect(isClose(ours, expected), "\(model) \(c): \(ours)")
        #expect(isClose(model.share(ours), c.share))
      }
    }
    // Below chance and at the end.
    for model in Sensitivity.Model.allCases {
      #expect(model.dPrime(share: 0.3) == 0 && model.dPrime(share: 0.5) == 0 && model.dPrime(share: 1) == nil)
    }
    let all = Sensitivity(.differencing, share: 1, interval: 0.79...1)
    #expect(all.value == nil && all.high == nil && all.low > 1.9)
  }

  @Test func bradleyTerry() throws {
    #expect(Self.golden.bradleyTerry.count == 4)
    for c in Self.golden.bradleyTerry {
      let ours = try #require(BradleyTerry(systems: c.values.count, wins: c.wins))
      #expect(zip(ours.values, c.values).allSatisfy { isClose($0, $1, 1e-7) }, "\(ours) \(c.values)")
      #expect(zip(ours.intervals, c.lower).allSatisfy { isClose($0.lowerBound, $1, 1e-6) }, "\(ours)")
      #expect(zip(ours.intervals, c.upper).allSatisfy { isClose($0.upperBound, $1, 1e-6) }, "\(ours)")
    }
    // Listeners who agree are no proof that all others do.
    let alike = try #require(BradleyTerry(systems: 2, wins: [[[0, 3], [1, 0]], [[0, 3], [1, 0]]]))
    #expect(alike.intervals.allSatisfy { $0.upperBound - $0.lowerBound > 1 })
    // One system that never lost, and two halves that never met.
    #expect(BradleyTerry(systems: 2, wins: [[[0, 3], [0, 0]]]) == nil)
    #expect(
      BradleyTerry(
        systems: 4, wins: [[[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]]) == nil)
  }

  @Test func edgesOfMeans() {
    func table(_ listeners: Int, _ items: Int, _ value: (Int, Int) -> Double?) -> RatingTable {
      var table = RatingTable()
      for l in 0..<listeners {
        for i in 0..<items {
          if let value = value(l, i) { table.append(listener: "l\(l)", item: "i\(i)", value: value) }
        }
      }
      return table
    }
    func some(_ l: Int, _ i: Int) -> Double { Double((l * 7 + i * 3) % 5) }
    #expect(MixedMean(RatingTable()) == nil && MixedMean(table(1, 1, some)) == nil)
    #expect(
      MixedMean(table(1, 6, some))?.scope == .items && MixedMean(table(6, 1, some))?.scope == .listeners)
    #expect(MixedMean(table(6, 6, some))?.scope == .listenersAndItems)
    // One way it is the t interval of the textbook: 1, 2, 3, 4 have 2.5 +- 3.182 * 0.6455.
    let four = MixedMean(table(4, 1) { l, _ in Double(l + 1) })?.interval()
    #expect(four.map { abs($0.lowerBound - 0.4457) < 1e-4 && abs($0.upperBound - 4.5543) < 1e-4 } == true)
    // Everybody agrees on everything: nothing to learn a spread from, so no interval rather than a point.
    #expect(MixedMean(table(3, 3) { _, _ in 4 }) == nil)
    // Every listener heard items of their own, and two groups that share none: both variances in full.
    for apart in [
      table(4, 4) { l, i in l == i ? Double(l * l) : nil },
      table(4, 4) { l, i in l / 2 == i / 2 ? some(l, i) : nil },
    ] {
      let mean = MixedMean(apart)
      #expect(mean?.itemTest == nil && mean?.freedom == 3 && mean?.scope == .listenersAndItems)
    }
  }
}
