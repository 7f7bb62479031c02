// Which excerpts are kept as gestures: in the midst of sound, of each label as many, never the same twice, with the controls of
// their own frames and the codes in front.

import Signal
import TestSupport
import Testing
import WaveNet

@testable import Generation

@Suite struct GestureSelectionTests {
  private static let rate = 2000
  private static let frame = 20

  private static func configuration(_ conditioning: Conditioning?) -> Configuration {
    try! Configuration(
      sampleRate: rate, residualChannels: 4, dilationChannels: 4, skipChannels: 4, headChannels: 4,
      dilations: [1, 2, 4, 8, 16, 2], conditioning: conditioning)
  }

  private static let told = configuration(
    try! Conditioning(labels: ["a", "b"], controls: [.loudness], frameSamples: frame, channels: 3))

  /// Noise of `burst` seconds, and as long pauses. The value of frame k of recording i is 10000 i + k.
  private static func recording(
    _ index: Int, seconds: Double, label: Int?, burst: Double = 1, loudness: Double = 0.5
  ) -> DescribedRecording {
    var random = SeededValues(seed: UInt64(index + 1))
    let count = Int(seconds * Double(rate))
    let samples = (0..<count).map { n -> Float in
      let isOn = Int(Double(n) / (burst * Double(rate))) % 2 == 0
      return Float(random.value(isOn ? loudness : 0))
    }
    return DescribedRecording(
      name: "folder/\(index).wav", codes: MuLaw(levels: 256).encode(samples),
      conditions: Conditions(
        labels: label.map { $0 == 0 ? [1, 0] : [0, 1] } ?? [],
        controls: (0..<(count + frame - 1) / frame).map { Float(10000 * index + $0) }))
  }

  /// Recordings of label 0: one; of label 1: four.
  private static let recordings = (0..<5).map {
    recording($0, seconds: $0 == 0 ? 12 : 6, label: $0 == 0 ? 0 : 1)
  }

  private static func level(_ codes: some Collection<UInt16>) -> Double {
    Loudness.level(Clip(samples: MuLaw(levels: 256).decode(Array(codes)), sampleRate: rate))
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>) func excerptsOfSound(seed: UInt64) throws {
    let excerpts = GestureSelection.excerpts(Self.recordings, Self.told, seed: seed, count: 8, seconds: 1.5)
    let front = (Self.told.receptiveField + Self.frame - 1) / Self.frame * Self.frame
    var taken: [Int: [Range<Int>]] = [:]
    for excerpt in excerpts {
      let gesture = excerpt.gesture
      let first = Int(try #require(gesture.controls.first))
      let (index, start) = (first / 10000, first % 10000 * Self.frame)
      let recording = Self.recordings[index]
      #expect(gesture.controls == (0..<gesture.controls.count).map { Float(first + $0) })
      #expect(gesture.controls.count * Self.frame == gesture.samples)
      #expect(gesture.codes.count == front && front >= Self.told.receptiveField)
      #expect(gesture.length == excerpt.original.count)
      #expect(gesture.length <= 3000 && gesture.length >= 2000)
      let range = start..<start + gesture.samples
      #expect(gesture.codes + excerpt.original == Array(recording.codes[range]))
      #expect(gesture.label == (index == 0 ? 0 : 1))
      #expect(gesture.source.hasPrefix("\(index).wav at "))
      // 50 ms on both sides of where following begins, and most of it.
      #expect(Self.level(recording.codes[max(0, start + front - 100)..<start + front]) > -40)
      #expect(Self.level(excerpt.original.prefix(100)) > -40)
      #expect(taken[index]?.contains { $0.overlaps(range) } != true, "\(range) of \(index)")
      taken[index, default: []].append(range)
    }
    // By turns, although one label has twice the sound in four times the recordings.
    #expect(excerpts.count == 8 && excerpts.count { $0.gesture.label == 0 } == 4)
    #expect(Set(taken.keys.filter { $0 > 0 }).count > 1, "of more than one recording")
    let again = GestureSelection.excerpts(Self.recordings, Self.told, seed: seed, count: 8, seconds: 1.5)
    #expect(again.map(\.gesture) == excerpts.map(\.gesture))
    let others = GestureSelection.excerpts(
      Self.recordings, Self.told, seed: seed + 1, count: 8, seconds: 1.5)
    #expect(others.map(\.gesture) != excerpts.map(\.gesture))
  }

  /// What was struck has no place to begin at that goes on sounding: it is followed from its beginning, whole where it is short.
  @Test func struck() throws {
    let hits =
      (0..<5).map {
        Self.recording($0, seconds: $0 == 4 ? 9 : 0.3, label: $0 == 0 ? 0 : 1, burst: $0 == 4 ? 99 : 0.1)
      } + [Self.recording(5, seconds: 1, label: 1, loudness: 0), Self.recording(6, seconds: 0.02, label: 1)]
    let excerpts = GestureSelection.excerpts(hits, Self.told, seed: 1, count: 12, seconds: 1.5, wholes: true)
    let (cut, whole) = (
      excerpts.filter { !$0.gesture.codes.isEmpty }, excerpts.filter(\.gesture.codes.isEmpty)
    )
    #expect(!cut.isEmpty && cut.allSatisfy { $0.gesture.source.hasPrefix("4.wav at ") })
    #expect(whole.map(\.gesture.source) == (0..<4).map { "\($0).wav at 0.0 s" })
    for excerpt in whole {
      #expect(excerpt.gesture.samples == 600 && excerpt.original.count == 600)
      #expect(excerpt.gesture.controls.count == 30)
    }
    #expect(GestureSelection.excerpts(hits, Self.told, seed: 1, count: 12, seconds: 1.5).count == cut.count)
  }

  @Test func whatThereIsNotIsNotMade() {
    func count(_ recordings: [DescribedRecording], _ c: Configuration = Self.told, count: Int = 50) -> Int {
      GestureSelection.excerpts(recordings, c, seed: 1, count: count, seconds: 1.5).count
    }
    #expect(count([]) == 0)
    #expect(count(Self.recordings, Self.configuration(nil)) == 0)
    // Silence, near silence, too short for a second of it and what is in front.
    #expect(count([Self.recording(0, seconds: 9, label: 0, loudness: 0)]) == 0)
    #expect(count([Self.recording(0, seconds: 9, label: 0, loudness: 0.001)]) == 0)
    #expect(count([Self.recording(0, seconds: 1, label: 0)]) == 0)
    // No more than fit: a clip of 12 s has room for less than nine excerpts of a second or more.
    let all = count([Self.recordings[0]])
    #expect(all > 2 && all < 9, "\(all)")
    #expect(count(Self.recordings, count: 3) == 3 && count(Self.recordings, count: 0) == 0)
  }

  @Test func modelsWithoutControlsOrLabels() throws {
    let labels = Self.configuration(try Conditioning(labels: ["a", "b"], frameSamples: 20, channels: 3))
    for excerpt in GestureSelection.excerpts(Self.recordings, labels, seed: 1, count: 4, seconds: 1.5) {
      #expect(excerpt.gesture.controls.isEmpty && excerpt.gesture.label != nil)
    }
    let controls = Self.configuration(try Conditioning(controls: [.loudness], frameSamples: 20, channels: 3))
    let unnamed = (0..<3).map { Self.recording($0, seconds: 6, label: nil) }
    let excerpts = GestureSelection.excerpts(unnamed, controls, seed: 1, count: 4, seconds: 1.5)
    #expect(excerpts.count == 4 && excerpts.allSatisfy { $0.gesture.label == nil })
  }
}
