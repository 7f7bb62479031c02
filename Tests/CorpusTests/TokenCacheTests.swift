// The token cache: the same corpus with it, without it, over damaged entries, and after files moved.
import Files
import Foundation
import Signal
import Synchronization
import Testing

@testable import Corpus

@Suite struct TokenCacheTests {
  private static func batch(_ corpus: FolderCorpus) -> TokenBatch {
    corpus.batch(step: 3, clips: 6, crop: 700, receptiveField: 90, jitter: 0)
  }

  /// A corpus, and how many files were decoded for it.
  private static func opened(
    _ path: String, _ cache: TokenCache?, _ options: [String] = [], seed: UInt64 = 1
  ) throws -> (corpus: FolderCorpus, decoded: Int) {
    let first = Mutex<ScanProgress?>(nil)
    let corpus = try FolderCorpus(
      options: FolderOptions(paths: [path]).setting(options), seed: seed, receptiveField: 100, cache: cache
    ) { now in first.withLock { $0 = $0 ?? now } }
    return (corpus, first.withLock { ($0?.allFiles ?? 0) - ($0?.files ?? 0) })
  }

  @Test(arguments: [256, 512]) func entriesAreUsedAndDamagedOnesMadeAnew(levels: Int) throws {
    let (scratch, store) = (try Scratch(), try Scratch())
    for i in 0..<3 { try scratch.wav("\(i).wav", frames: 3000 + i) { n, _ in noise(n, i) } }
    let options = ["quantization_levels=\(levels)"]
    let folder = store.path + "/new/folder"
    let plain = Self.batch(try Self.opened(scratch.path, nil, options).corpus)
    let first = try Self.opened(scratch.path, TokenCache(folder: folder), options)
    #expect(plain == Self.batch(first.corpus) && first.decoded == 3)
    let again = try Self.opened(scratch.path, TokenCache(folder: folder), options)
    #expect(plain == Self.batch(again.corpus) && again.decoded == 0)
    #expect(
      try Self.opened(scratch.path, TokenCache(folder: folder), ["quantization_levels=1024"]).decoded == 3)

    // Damage shows when it is read; what is damaged is made anew by the next one.
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".blobs") {
      let url = URL(fileURLWithPath: folder + "/" + name)
      var bytes = try Data(contentsOf: url)
      for i in stride(from: 0, to: bytes.count, by: 500) { bytes[i] ^= 16 }
      try bytes.write(to: url)
    }
    let damaged = try Self.opened(scratch.path, TokenCache(folder: folder), options)
    #expect(damaged.decoded == 0)
    #expect(Self.batch(damaged.corpus) != plain)
    guard case .cacheDamaged = damaged.corpus.failure else {
      throw CorpusError.optionsUnreadable("no failure")
    }
    // All of it, whatever had been read.
    let mended = try Self.opened(scratch.path, TokenCache(folder: folder), options)
    #expect(mended.decoded == 3 && Self.batch(mended.corpus) == plain && mended.corpus.failure == nil)

    // A changed file is read again, and no other.
    try scratch.wav("1.wav", frames: 5000) { n, _ in noise(n, 1) }
    let changed = try Self.opened(scratch.path, TokenCache(folder: folder), options)
    #expect(changed.corpus.report.files.map(\.samples) == [3000, 5000, 3002] && changed.decoded == 1)
  }

  @Test func aFileThatMovedIsKnownByItsContent() throws {
    let (scratch, store) = (try Scratch(), try Scratch())
    for i in 0..<3 { try scratch.wav("a/\(i).wav", frames: 3000 + i) { n, _ in noise(n, i) } }
    let cache = TokenCache(folder: store.path)
    let plain = Self.batch(try Self.opened(scratch.path + "/a", cache).corpus)
    try FileManager.default.moveItem(atPath: scratch.path + "/a", toPath: scratch.path + "/b")
    // The same bytes with another time: not decoded, since no more codes are in the cache than before.
    let sizes = try Self.shardSize(store.path)
    let moved = try Self.opened(scratch.path + "/b", TokenCache(folder: store.path))
    #expect(Self.batch(moved.corpus) == plain)
    #expect(try Self.shardSize(store.path) == sizes)
    #expect(try Self.opened(scratch.path + "/b", TokenCache(folder: store.path)).decoded == 0)
  }

  /// One-shots of one length, from one archive: they differ in nothing that is seen but the name.
  @Test func filesThatChangePlacesAreReadAgain() throws {
    let (scratch, store) = (try Scratch(), try Scratch())
    for i in 0..<3 { try scratch.wav("\(i).wav", frames: 3000) { n, _ in noise(n, i) } }
    func date() throws {
      for i in 0..<3 {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: scratch.path + "/\(i).wav")
      }
    }
    try date()
    let cache = TokenCache(folder: store.path)
    _ = try Self.opened(scratch.path, cache)
    for (from, to) in [("0", "x"), ("1", "0"), ("x", "1")] {
      try FileManager.default.moveItem(
        atPath: scratch.path + "/\(from).wav", toPath: scratch.path + "/\(to).wav")
    }
    let plain = Self.batch(try Self.opened(scratch.path, nil).corpus)
    #expect(Self.batch(try Self.opened(scratch.path, TokenCache(folder: store.path)).corpus) == plain)
    // One copied over another, with its time.
    try FileManager.default.removeItem(atPath: scratch.path + "/2.wav")
    try FileManager.default.copyItem(atPath: scratch.path + "/0.wav", toPath: scratch.path + "/2.wav")
    try date()
    let copied = Self.batch(try Self.opened(scratch.path, nil).corpus)
    #expect(Self.batch(try Self.opened(scratch.path, TokenCache(folder: store.path)).corpus) == copied)
  }

  private static func shardSize(_ folder: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".blobs") }.reduce(0) {
      $0 + (try FileManager.default.attributesOfItem(atPath: folder + "/" + $1)[.size] as? Int ?? 0)
    }
  }

  @Test func aCacheThatCannotBeWrittenIsAWarning() throws {
    let scratch = try Scratch()
    for i in 0..<2 { try scratch.wav("\(i).wav", frames: 3000) { n, _ in noise(n, i) } }
    let blocked = try scratch.file("file", [1])
    let corpus = try scratch.corpus(cache: TokenCache(folder: blocked + "/below"))
    #expect(corpus.report.warnings.count == 1 && corpus.report.warnings[0].contains(blocked))
    #expect(Self.batch(corpus) == Self.batch(try scratch.corpus()))
  }

  @Test func whereTheCacheIs() {
    func folder(_ environment: [String: String]) -> String? {
      TokenCache.standard { environment[$0] }?.folder
    }
    #expect(folder(["SYNTH_CACHE": "/x", "HOME": "/h"]) == "/x")
    #expect(folder(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/synth/tokens")
    #expect(folder(["XDG_CACHE_HOME": "", "HOME": "/h"]) == "/h/.cache/synth/tokens")
    #expect(folder([:]) == nil)
  }

  @Test(arguments: [256, 1024]) func tokensKeepEveryCode(levels: Int) throws {
    let codes = (0..<levels).map { UInt16($0) } + [0, UInt16(levels - 1)]
    let tokens = Tokens(codes, levels: levels)
    var back = [UInt16]()
    tokens.append(0..<codes.count, to: &back)
    #expect(back == codes)
    var middle: [UInt16] = [9]
    tokens.append(3..<5, to: &middle)
    #expect(middle == [9, 3, 4])
    #expect(tokens.checksum != Tokens(codes.reversed(), levels: levels).checksum)
    var part: [UInt16] = []
    tokens.part(3..<9).part(1..<3).append(0..<2, to: &part)
    #expect(part == [4, 5] && tokens.part(3..<9).start == 3 && tokens.part(3..<9).fileCount == codes.count)
  }

  /// A note is read back as it was written, and nothing else is one.
  @Test func notes() throws {
    let options = FolderOptions()
    var encoder = TokenEncoder(MuLawTable(levels: 256), sampleRate: 16000)
    _ = encoder.bytes((0..<5000).map { Float(noise($0, 1)) }[...])
    let facts = encoder.finished(
      .init(
        channelCorrelation: -0.5, peak: 1.25, shareBeyondFullScale: 0.125, isOpenEnded: true, deadChannels: 1,
        offset: -0.25, clippedShare: 0.5))
    let note = TokenNote(facts: facts, isGenerated: true)
    let back = try #require(TokenNote(bytes: note.bytes, options))
    #expect(back.facts == facts && back.isGenerated)
    #expect(TokenNote(bytes: note.bytes.dropLast(), options) == nil)
    #expect(TokenNote(bytes: [], options) == nil)
  }
}
