// The token cache: the same corpus with it, without it, and over damaged entries.
import Foundation
import Signal
import Testing

@testable import Corpus

@Suite struct TokenCacheTests {
  @Test(arguments: [256, 512]) func entriesAreUsedAndDamagedOnesMadeAnew(levels: Int) throws {
    let (scratch, store) = (try Scratch(), try Scratch())
    for i in 0..<3 { try scratch.wav("\(i).wav", frames: 3000 + i) { n, _ in noise(n, i) } }
    let options = ["quantization_levels=\(levels)"]
    let cache = TokenCache(folder: store.path + "/new/folder")
    func batch(_ corpus: FolderCorpus) -> TokenBatch {
      corpus.batch(step: 3, clips: 6, crop: 700, receptiveField: 90, jitter: 0)
    }
    let plain = batch(try scratch.corpus(options))
    #expect(plain == batch(try scratch.corpus(cache: cache, options)))
    let names = try FileManager.default.contentsOfDirectory(atPath: cache.folder).sorted()
    #expect(names.count == 3 && names.allSatisfy { $0.hasSuffix(".tokens") })

    // An entry is believed: a forged one shows.
    let key = try #require(TokenKey(path: scratch.path + "/1.wav", sampleRate: 16000, levels: levels))
    try cache.store(Tokens([UInt16](repeating: 7, count: 3001), levels: levels), key)
    #expect(cache.load(key, levels: levels)?.count == 3001)
    #expect(try scratch.corpus(cache: cache, options).report.files.count == 3)
    #expect(plain != batch(try scratch.corpus(cache: cache, options)))

    // Every kind of damage: bytes changed, cut off, added, emptied.
    let path = cache.entry(key).path
    try FileManager.default.removeItem(atPath: path)
    _ = try scratch.corpus(cache: cache, options)
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    var damaged = [Data(), good.prefix(5), good.prefix(60), good.dropLast(), good + [0]]
    for i in stride(from: 0, to: good.count, by: good.count / 97) {
      var bytes = good
      bytes[i] ^= 16
      damaged.append(bytes)
    }
    for bytes in damaged {
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(cache.load(key, levels: levels) == nil)
    }
    #expect(plain == batch(try scratch.corpus(cache: cache, options)))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == good, "rebuilt")

    // A changed file is read again.
    try scratch.wav("1.wav", frames: 5000) { n, _ in noise(n, 1) }
    #expect(try scratch.corpus(cache: cache, options).report.files.map(\.samples) == [3000, 5000, 3002])
  }

  @Test func aCacheThatCannotBeWrittenIsAWarning() throws {
    let scratch = try Scratch()
    for i in 0..<2 { try scratch.wav("\(i).wav", frames: 3000) { n, _ in noise(n, i) } }
    let blocked = try scratch.file("file", [1])
    let corpus = try scratch.corpus(cache: TokenCache(folder: blocked + "/below"))
    #expect(corpus.report.warnings.count == 1 && corpus.report.warnings[0].contains(blocked))
  }

  @Test func whereTheCacheIs() {
    #expect(TokenCache.standard(environment: ["SYNTH_CACHE": "/x", "HOME": "/h"])?.folder == "/x")
    #expect(
      TokenCache.standard(environment: ["XDG_CACHE_HOME": "/c", "HOME": "/h"])?.folder == "/c/synth/tokens")
    #expect(
      TokenCache.standard(environment: ["XDG_CACHE_HOME": "", "HOME": "/h"])?.folder
        == "/h/.cache/synth/tokens")
    #expect(TokenCache.standard(environment: [:]) == nil)
  }

  @Test(arguments: [256, 1024]) func tokensKeepEveryCode(levels: Int) {
    let codes = (0..<levels).map { UInt16($0) } + [0, UInt16(levels - 1)]
    let tokens = Tokens(codes, levels: levels)
    var back = [UInt16]()
    tokens.append(0..<codes.count, to: &back)
    #expect(back == codes && codes.indices.allSatisfy { tokens[$0] == codes[$0] })
    var middle: [UInt16] = [9]
    tokens.append(3..<5, to: &middle)
    #expect(middle == [9, 3, 4])
    #expect(tokens.checksum != Tokens(codes.reversed(), levels: levels).checksum)
  }
}
