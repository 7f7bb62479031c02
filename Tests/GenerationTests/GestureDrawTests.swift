// Which gestures a clip follows: a function of (seed, clip), of the labels that were asked for, and of nothing else; one after
// the other for as long as the clip is.

import Signal
import Testing
import WaveNet

@testable import Generation

@Suite struct GestureDrawTests {
  private static let frame = 4

  private static func configuration(_ conditioning: Conditioning) -> Configuration {
    shape(5, 6, 7, 9, kernel: 2, [1, 2]).conditioned(on: conditioning)
  }

  private static let told = configuration(
    try! Conditioning(
      labels: ["a", "b", "c"], controls: [.loudness, .voicing], frameSamples: frame, channels: 3))

  /// Gesture i has two frames of codes and 3 + i to be followed, the last of them short of a sample. Its controls say which it is
  /// and which frame: i + frame / 100, and -1.
  private static func gestures(_ count: Int, _ label: (Int) -> Int?) -> [Gesture] {
    (0..<count).map { i in
      Gesture(
        source: "gesture \(i)", label: label(i), codes: [UInt16](repeating: UInt16(i), count: 2 * frame),
        controls: (0..<6 + i).flatMap { [Float(i) + Float($0) / 100, -1] }, samples: (6 + i) * frame - 1)
    }
  }

  private static func index(_ direction: Direction) -> Int { Int(direction.prime[0]) }

  @Test func aFunctionOfSeedAndClip() throws {
    let draw = try #require(GestureDraw(Self.told, Self.gestures(6) { $0 % 3 }))
    var counts = [Int](repeating: 0, count: 6)
    for clip in 0..<300 as Range<UInt64> {
      let direction = draw.following(seed: 7, clip: clip, samples: 5)
      #expect(draw.following(seed: 7, clip: clip, samples: 5) == direction)
      // A longer clip begins the same.
      let longer = draw.following(seed: 7, clip: clip, samples: 90)
      let controls = try #require(direction.conditions?.controls)
      #expect(longer.prime == direction.prime && longer.conditions?.labels == direction.conditions?.labels)
      #expect(longer.conditions?.controls.starts(with: controls) == true)
      #expect(draw.free(seed: 7, clip: clip).prime == direction.prime)
      counts[Self.index(direction)] += 1
    }
    #expect(counts.allSatisfy { (25...75).contains($0) }, "\(counts)")
    let others = (0..<50 as Range<UInt64>).map { Self.index(draw.following(seed: 8, clip: $0, samples: 5)) }
    #expect(
      others != (0..<50 as Range<UInt64>).map { Self.index(draw.following(seed: 7, clip: $0, samples: 5)) })
  }

  @Test func labelsChooseGestures() throws {
    let draw = try #require(GestureDraw(Self.told, Self.gestures(9) { $0 % 3 == 2 ? nil : $0 % 3 }))
    func drawn(_ labels: [Float]?) -> Set<Int> {
      Set(
        (0..<200 as Range<UInt64>).map { clip in
          let direction = draw.following(seed: 1, clip: clip, samples: 9, labels: labels)
          if let labels { #expect(direction.conditions?.labels == labels) }
          #expect(draw.free(seed: 1, clip: clip, labels: labels).prime == direction.prime)
          return Self.index(direction)
        })
    }
    #expect(drawn([1, 0, 0]) == [0, 3, 6])
    #expect(drawn([0, 0.2, 0]) == [1, 4, 7])
    #expect(drawn([0.7, 0.3, 0]) == [0, 1, 3, 4, 6, 7])
    // A label without gestures follows any.
    #expect(drawn([0, 0, 1]).count == 9)
    #expect(drawn(nil).count == 9)
    // The gesture's own label where none is asked for.
    for clip in 0..<20 as Range<UInt64> {
      let direction = draw.following(seed: 1, clip: clip, samples: 9)
      let own = [[1, 0, 0], [0, 1, 0], []][Self.index(direction) % 3] as [Float]
      #expect(direction.conditions?.labels == own)
    }
  }

  @Test func oneAfterTheOther() throws {
    let draw = try #require(GestureDraw(Self.told, Self.gestures(5) { _ in nil }))
    for samples in [1, 4, 11, 12, 13, 40, 200] {
      for clip in 0..<20 as Range<UInt64> {
        let direction = draw.following(seed: 3, clip: clip, samples: samples)
        let conditions = try #require(direction.conditions)
        #expect(direction.prime.count == 2 * Self.frame && conditions.start == 2 * Self.frame)
        #expect(conditions.firstFrame == 0)
        // All that the clip's steps read, and no more.
        let wanted = 2 + (samples + Self.frame - 1) / Self.frame + 2
        #expect(conditions.controls.count == 2 * wanted, "\(samples) samples")
        let rows = stride(from: 0, to: conditions.controls.count, by: 2).map { conditions.controls[$0] }
        var sources: [String] = []
        var row = 0
        while row < rows.count {
          let gesture = Int(rows[row])
          // The first with its codes, the others without; whole frames of each.
          let first = row == 0 ? 0 : 2
          let expected = (first..<5 + gesture).map { Float(gesture) + Float($0) / 100 }
          let heard = Array(rows[row..<min(rows.count, row + expected.count)])
          #expect(heard == Array(expected.prefix(heard.count)), "\(samples) samples, row \(row)")
          if row == 0 { #expect(gesture == Self.index(direction)) }
          sources.append("gesture \(gesture)")
          row += heard.count
        }
        #expect(direction.source == sources.joined(separator: ", "))
        if samples == 200 { #expect(Set(sources).count > 1, "not the same for ever") }
      }
    }
  }

  /// Or nothing follows: its last whole frame holds.
  @Test func once() throws {
    let draw = try #require(GestureDraw(Self.told, Self.gestures(5) { _ in nil }))
    for clip in 0..<20 as Range<UInt64> {
      let direction = draw.following(seed: 3, clip: clip, samples: 200, once: true)
      let own = draw.following(seed: 3, clip: clip, samples: 1, labels: nil)
      #expect(direction.source == "gesture \(Self.index(direction))" && direction.prime == own.prime)
      let controls = try #require(direction.conditions?.controls)
      #expect(controls.count == 2 * (2 + 50 + 2))
      let whole = 5 + Self.index(direction)
      for row in 0..<controls.count / 2 {
        let expected = Float(Self.index(direction)) + Float(min(row, whole - 1)) / 100
        #expect(controls[2 * row] == expected, "row \(row)")
      }
    }
    #expect(draw.longest == (6 + 4) * Self.frame - 1 - 2 * Self.frame)
  }

  @Test func freeIsToldItsLabelAlone() throws {
    let labelled = try #require(GestureDraw(Self.told, Self.gestures(2) { _ in 1 }))
    // The codes in front of it were told it too, as in training.
    for labels in [nil, [0.5, 0, 0.5]] as [[Float]?] {
      let free = labelled.free(seed: 1, clip: 2, labels: labels)
      #expect(free.conditions == Conditions(labels: labels ?? [0, 1, 0], start: free.prime.count))
      #expect(free.source == nil && !free.prime.isEmpty)
    }
    let plain = try #require(GestureDraw(Self.told, Self.gestures(2) { _ in nil }))
    #expect(plain.free(seed: 1, clip: 2).conditions == nil && !plain.free(seed: 1, clip: 2).prime.isEmpty)
  }

  @Test func modelsWithoutControls() throws {
    let labels = Self.configuration(try Conditioning(labels: ["a", "b"], frameSamples: 4, channels: 2))
    let gestures = Self.gestures(2) { _ in 1 }.map {
      Gesture(source: $0.source, label: 1, codes: $0.codes, controls: [], samples: $0.samples)
    }
    let direction = try #require(GestureDraw(labels, gestures)).following(seed: 1, clip: 0, samples: 1000)
    #expect(direction.conditions?.labels == [0, 1] && direction.conditions?.controls == [])
    #expect(direction.source?.contains(",") == false)
    #expect(GestureDraw(labels, []) == nil && GestureDraw(labels.conditioned(on: nil), gestures) == nil)
  }
}
