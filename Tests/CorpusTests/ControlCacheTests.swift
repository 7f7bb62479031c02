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

  @Test func heardOnceAndAnewWhereDamaged() throws {
    let (scratch, store) = (try Self.scratch(), try Scratch())
    let folder = store.path + "/new/folder"
    let plain = try Self.told(try scratch.corpus())
    let first = try Self.told(try scratch.corpus(cache: TokenCache(folder: folder)))
    #expect(first.conditions == plain.conditions && first.heard >= 3 && first.heard == plain.heard)
    let again = try Self.told(try scratch.corpus(cache: TokenCache(folder: folder)))
    #expect(again.conditions == plain.conditions && again.heard == 0)

    // Of a cache that is damaged nothing is told that was not heard, and what is damaged is heard anew by the next one.
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".blobs") {
      let url = URL(fileURLWithPath: folder + "/" + name)
      var bytes = try Data(contentsOf: url)
      for i in stride(from: 0, to: bytes.count, by: 200) { bytes[i] ^= 16 }
      try bytes.write(to: url)
    }
    let damaged = try Self.told(try scratch.corpus(cache: TokenCache(folder: folder)))
    #expect(damaged.corpus.failure != nil)
    let mended = try Self.told(try scratch.corpus(cache: TokenCache(folder: folder)))
    #expect(mended.conditions == plain.conditions && mended.heard > 0 && mended.corpus.failure == nil)

    // It may go at any time.
    try FileManager.default.removeItem(atPath: folder)
    let anew = try Self.told(try scratch.corpus(cache: TokenCache(folder: folder)))
    #expect(anew.conditions == plain.conditions && anew.heard == first.heard)
  }

  /// What is computed is not kept: of a second of sound at 16 kHz 250 frames of two numbers for the pitch and of one for the level.
  @Test func whatIsKeptIsSmall() throws {
    let (scratch, store) = (try Scratch(), try Scratch())
    try scratch.tone("a.wav", frames: 64000, 440)
    try scratch.tone("b.wav", frames: 64000, 330)
    let cache = TokenCache(folder: store.path)
    let corpus = try scratch.corpus(cache: cache)
    func size() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: store.path).filter { $0.hasSuffix(".blobs") }
        .reduce(0) {
          $0 + (try FileManager.default.attributesOfItem(atPath: store.path + "/" + $1)[.size] as? Int ?? 0)
        }
    }
    let codes = try size()
    var wanted = Self.wanted
    wanted.controls = [.pitch, .pitchPhase, .pitchAhead, .voicing, .loudness]
    let told = try Self.told(corpus, wanted)
    #expect(told.conditions.contains { $0?.controls.isEmpty == false })
    #expect(try size() - codes <= 3 * 4 * 1000 * (told.heard + 1))
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
    #expect(ControlKey.version == 4)
    #expect(abs(sum(.pitch) + 786.880368) < 1e-3, "\(sum(.pitch))")
    #expect(abs(sum(.loudness) - 984.272774) < 1e-3, "\(sum(.loudness))")
    #expect(abs(sum(.mel(20)) + 28188.922524) < 1e-2, "\(sum(.mel(20)))")
  }
}
