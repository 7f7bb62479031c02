// Batches that are made ahead are those that would have been made, whatever was expected.
import Corpus
import Testing

@testable import Training

@Suite struct BatchLoaderTests {
  private static func request(_ step: UInt64, _ jitter: Double) -> BatchLoader.Request {
    .init(step: step, places: [0, 1, 2], crop: 200, receptiveField: 30, jitter: jitter)
  }

  @Test func theSameBatches() throws {
    let corpus = try SineMixtures(options: SineMixtureOptions(), seed: 4)
    let loader = BatchLoader(corpus)
    // In order, then back, again the same, and with another jitter than was expected.
    let asked: [(UInt64, Double)] = [
      (0, 1), (1, 0.9), (2, 0.8), (7, 0.8), (8, 0.8), (8, 0.8), (9, 0.1), (10, 0.5),
    ]
    for (i, (step, jitter)) in asked.enumerated() {
      let next = i + 1 < asked.count && i % 3 != 2 ? asked[i + 1] : (step + 1, jitter)
      let batch = try loader.batch(Self.request(step, jitter), next: Self.request(next.0, next.1))
      let expected = corpus.batch(step: step, clips: 3, crop: 200, receptiveField: 30, jitter: jitter)
      #expect(batch == expected, "step \(step)")
    }
    #expect(loader.secondsWaited >= 0)
  }
}
