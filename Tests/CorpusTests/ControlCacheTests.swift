// What was heard is heard once: entries are used, told from others, and made anew where anything is wrong with them.
import Foundation
import Signal
import Synchronization
import Testing

@testable import Corpus

@Suite struct ControlCacheTests {
  private static let wanted = WantedConditions(
    labels: [], controls: [.pitch, .voicing, .loudness], frameSamples: 64)

  private static func scratch() throws -> Scratch {
    let scratch = try Scratch()
    for i in 0..<3 { try scratch.tone("\(i).wav", frames: 4000 + i, 300 + 50 * Double(i), salt: i) }
    return scratch
  }

  /// What a corpus is told, and how many clips were heard for it.
  private static func told(
    _ corpus: FolderCorpus, _ wanted: WantedConditions = wanted
  ) throws -> (conditions: [Conditions?], heard: Int, corpus: FolderCorpus) {
    let clips = Mutex(0)
    let told = try corpus.telling(wanted, threads: 2) { now in clips.withLock { $0 = now.allClips } }
    let batch = told.batch(step: 3, clips: 6, crop: 700, receptiveField: 90, jitter: 0)
    return (batch.conditions, clips.withLock { $0 }, told)
  }

  private static func entries(_ cache: TokenCache) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: cache.folder).filter { $0.hasSuffix(".controls") }
  }

  @Test func heardOnceAndAnewWhereDamaged() throws {
    let (scratch, store) = (try Self.scratch(), try Scratch())
    let cache = TokenCache(folder: store.path + "/new/folder")
    let plain = try Self.told(try scratch.corpus())
    let first = try Self.told(try scratch.corpus(cache: cache))
    #expect(first.conditions == plain.conditions && first.heard >= 3 && first.heard == plain.heard)
    let again = try Self.told(try scratch.corpus(cache: cache))
    #expect(again.conditions == plain.conditions && again.heard == 0)
    #expect(try Self.entries(cache).count == 2 * first.heard)

    // Every kind of damage: bytes changed, cut off, added, emptied.
    let key = try #require(
      ControlKey(path: scratch.path + "/1.wav", sampleRate: 16000, frame: 64, hearing: .pitch, start: 0))
    let path = cache.entry(key).path
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(cache.load(key, frames: 63) != nil && cache.load(key, frames: 64) == nil)
    var damaged = [Data(), good.prefix(5), good.prefix(60), good.dropLast(), good + [0]]
    for i in stride(from: 0, to: good.count, by: good.count / 97) {
      var bytes = good
      bytes[i] ^= 16
      damaged.append(bytes)
    }
    for bytes in damaged {
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(cache.load(key, frames: 63) == nil)
    }
    let mended = try Self.told(try scratch.corpus(cache: cache))
    #expect(mended.conditions == plain.conditions && mended.heard == 1)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == good, "heard anew")

    // They may go at any time.
    for name in try Self.entries(cache) {
      try FileManager.default.removeItem(atPath: cache.folder + "/" + name)
    }
    let anew = try Self.told(try scratch.corpus(cache: cache))
    #expect(anew.conditions == plain.conditions && anew.heard == first.heard)
  }

  @Test func anotherFileFrameOrControlIsHeardAnew() throws {
    let (scratch, store) = (try Self.scratch(), try Scratch())
    let cache = TokenCache(folder: store.path)
    let all = try Self.told(try scratch.corpus(cache: cache)).heard
    var other = Self.wanted
    other.controls = [.pitchPhase, .loudness, .pitch]
    #expect(try Self.told(try scratch.corpus(cache: cache), other).heard == 0, "heard with them")
    other.controls = [.mel(8), .pitch]
    #expect(try Self.told(try scratch.corpus(cache: cache), other).heard == all)
    other.controls = [.mel(9)]
    #expect(try Self.told(try scratch.corpus(cache: cache), other).heard == all)
    other = Self.wanted
    other.frameSamples = 32
    #expect(try Self.told(try scratch.corpus(cache: cache), other).heard == all)
    // Codes of other levels have the same curves.
    #expect(try Self.told(try scratch.corpus(cache: cache, ["quantization_levels=512"])).heard == 0)
    try scratch.tone("1.wav", frames: 4100, 500)
    let changed = try Self.told(try scratch.corpus(cache: cache))
    #expect(changed.heard == 1 || changed.heard == all - 2, "the changed file alone: \(changed.heard)")
  }

  @Test func withoutACacheThatCanBeWritten() throws {
    let scratch = try Self.scratch()
    let plain = try Self.told(try scratch.corpus())
    let blocked = try scratch.file("file", [1])
    let told = try Self.told(try scratch.corpus(cache: TokenCache(folder: blocked + "/below")))
    #expect(told.conditions == plain.conditions && told.corpus.hearingTrouble?.contains(blocked) == true)
    #expect(plain.corpus.hearingTrouble == nil)
  }

  /// The cache keeps what a version hears. Where this fails, the curves are not what they were: raise `ControlKey.version`,
  /// and write down what is heard now.
  @Test func theVersionIsThatOfWhatIsHeard() {
    let clip = Clip(
      samples: (0..<6400).map { n in
        let t = Double(n) / 16000
        let tone = n < 4800 ? 0.3 * sin(2 * .pi * (250 + 300 * t) * t) : 0
        return Float(tone + (n > 3200 ? 0.1 : 0.001) * noise(n, 9))
      }, sampleRate: 16000)
    func sum(_ hearing: Hearing) -> Double {
      let values = ControlCurves(clip, channels: hearing.channels, frame: 64).values
      return values.enumerated().reduce(0) { $0 + Double($1.element) * (1 + Double($1.offset % 17)) }
    }
    #expect(ControlKey.version == 3)
    #expect(abs(sum(.pitch) + 786.880368) < 1e-3, "\(sum(.pitch))")
    #expect(abs(sum(.loudness) - 984.272774) < 1e-3, "\(sum(.loudness))")
    #expect(abs(sum(.mel(20)) + 28188.922524) < 1e-2, "\(sum(.mel(20)))")
  }
}
