// Every key and every velocity is somebody's, once; loudness grows with the velocity by one law whatever the layers are.
import Glibc
import Instruments
import TestSupport
import Testing

@Suite struct ZoneTests {
  /// Cover `bounds` in order, without a gap.
  private func covers(_ zones: [ClosedRange<Int>], _ bounds: ClosedRange<Int>) -> Bool {
    zones.first?.lowerBound == bounds.lowerBound && zones.last?.upperBound == bounds.upperBound
      && zip(zones, zones.dropFirst()).allSatisfy { $0.upperBound + 1 == $1.lowerBound }
  }

  @Test func midpoints() {
    #expect(Zones.keys([60, 63, 70]) == [0...61, 62...66, 67...127])
    // As near to both: the higher one's.
    #expect(Zones.keys([60, 62]) == [0...60, 61...127])
    #expect(Zones.keys([0, 127]) == [0...63, 64...127])
    #expect(Zones.keys([64]) == [0...127])
    #expect(Zones.keys(Array(0...127)) == (0...127).map { $0...$0 })
  }

  @Test(arguments: 1...40) func eachOnce(seed: UInt64) {
    var random = SeededValues(seed: seed)
    let keys = (0...127).filter { _ in Int.random(in: 0..<Int(1 + seed), using: &random) == 0 }
    if keys.isEmpty { return }
    let zones = Zones.keys(keys)
    #expect(zones.count == keys.count && covers(zones, 0...127), "\(keys): \(zones)")
    for (key, zone) in zip(keys, zones) {
      #expect(zone.contains(key))
      // Nobody else is nearer.
      for other in zone {
        #expect(keys.allSatisfy { abs($0 - other) >= abs(key - other) }, "\(key) at \(other)")
      }
    }
  }

  /// Where centres are closer than numbers are, all of them still have some.
  @Test func crowdedCentres() {
    for centres in [
      [0.1, 0.2, 0.3], [126.7, 126.8, 126.9, 127], [3, 3.1, 3.2, 100], [1, 1.01, 126.99, 127],
    ] {
      let zones = Zones.split(1...127, centres: centres)
      #expect(zones.count == centres.count && covers(zones, 1...127), "\(centres): \(zones)")
    }
  }

  @Test(arguments: [
    [-20.0], [-27, -22, -17], [-59, -58, -57, -1], [-40, -10], [-59, 0], [-6, 0], [-32, -24, -16],
    Array(stride(from: -59.0, through: 0, by: 4)),
  ]) func layers(
    levels: [Double]
  ) throws {
    let layers = try #require(VelocityLayer.layers(levels))
    #expect(layers.map(\.level) == levels && covers(layers.map(\.velocities), 1...127))
    // All are softer by the same, and no more than has to be.
    let softer = max(0, levels.last! - levels[0] - 6)
    for layer in layers {
      #expect(layer.velocities.contains(layer.centre))
      #expect(layer.volume >= -144 && layer.volume <= 6)
      // As a player computes it, and as one law for all.
      for velocity in layer.velocities {
        let fall = 40 * log10(Double(velocity) / 127)
        #expect(abs(layer.level! + layer.volume + fall - (levels.last! - softer + fall)) < 1e-9)
      }
    }
    #expect(abs(layers.last!.volume + softer) < 1e-9 && layers.last?.centre == 127)
    // At the centre a recording sounds as it is, as far as velocities are whole numbers and there is one for it.
    for layer in layers where layer.centre > 20 && layers.count < 4 {
      #expect(abs(layer.volume + softer + 40 * log10(Double(layer.centre) / 127)) < 0.5, "\(layer)")
    }
  }

  @Test func levelsThatAreNone() {
    #expect(VelocityLayer.layers([]) == nil && VelocityLayer.layers([-10, -10]) == nil)
    #expect(VelocityLayer.layers([-10, -20]) == nil)
  }
}
