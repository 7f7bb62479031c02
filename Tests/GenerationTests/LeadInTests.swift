// The lead-in cuts and fades the same however the clip comes in pieces.
import Testing
import WaveNet

@testable import Generation

@Suite struct LeadInTests {
  @Test func noLeadInKeepsEverything() {
    let none = LeadIn(seconds: 0, sampleRate: 16000)
    #expect(none.samples == 0 && none.fade == 0)
    #expect(none.kept([0.5, -0.5, 1]) == [0.5, -0.5, 1])
  }

  @Test(arguments: [1, 7, 64, 320, 5000]) func piecesMakeTheWhole(piece: Int) {
    let leadIn = LeadIn(seconds: 0.1, sampleRate: 16000)
    let clip = (0..<4000).map { Float($0 % 17) / 17 + 0.1 }
    let whole = leadIn.kept(clip)
    #expect(whole.count == 4000 - 1600)
    #expect(whole[0] == 0 && zip(whole, clip[1600...]).allSatisfy { $0 <= $1 })
    #expect(Array(whole[64...]) == Array(clip[1664...]))
    let pieces = stride(from: 0, to: clip.count, by: piece).flatMap { start in
      leadIn.kept(Array(clip[start..<min(start + piece, clip.count)]), at: start)
    }
    #expect(pieces == whole)
  }

  /// The generator of a loaded model cuts and fades by itself.
  @Test(arguments: [[1], [0, 1, 63, 64, 1, 2000], [4129]])
  func aLoadedModelsGeneratorIsLedIn(pieces: [Int]) throws {
    let loaded = try ShippedModel.load()
    let total = pieces.reduce(0, +)
    let generator = try Generator(loaded, seed: 3)
    #expect(generator.leadIn.samples == 48_000 && generator.sampling.warmUpSamples == 3200)
    let whole = try Generator(loaded.model, sampling: generator.sampling, seed: 3).samples(48_000 + total)
    var samples: [Float] = []
    for piece in pieces {
      samples += try generator.samples(piece)
      #expect(generator.position == samples.count)
    }
    #expect(samples == generator.leadIn.kept(whole))
    let copy = generator.branch()
    #expect(copy.position == total)
    #expect(try copy.samples(100) == generator.samples(100))
  }

  @Test func nothingLeadsInAfterAPrime() throws {
    let loaded = try ShippedModel.load()
    let prime = randomCodes(300)
    let generator = try Generator(loaded, seed: 3)
    _ = try generator.samples(10)
    generator.prime(prime)
    let plain = Generator(loaded.model, sampling: generator.sampling, seed: 3)
    plain.prime(prime)
    #expect(try generator.samples(200) == plain.samples(200))
    generator.reset()
    #expect(generator.position == 0)
    #expect(try generator.samples(100) == Generator(loaded, seed: 3).samples(100))
  }

  @Test func manyClipsAreThoseOfTheirGenerators() throws {
    let loaded = try ShippedModel.load()
    let clips = try BatchGenerator.clips(loaded, count: 3, seconds: 0.1, seed: 6)
    #expect(clips.count == 3 && clips[0].samples.count == 1600 && clips[0].samples.last == 0)
    for (i, clip) in clips.enumerated() {
      #expect(try clip == Generator(loaded, seed: 6, clip: UInt64(i)).clip(seconds: 0.1))
    }
  }
}
