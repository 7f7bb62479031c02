// Too much of all: everybody's share, and that no label is left out of what a run is judged by.
import Foundation
import TestSupport
import Testing

@testable import Corpus

@Suite struct FairShareTests {
  @Test func shares() {
    #expect(FairShares.of([5, 100, 20, 100], total: 105) == [5, 40, 20, 40])
    #expect(FairShares.of([5, 3], total: 100) == [5, 3])
    #expect(FairShares.of([5, 3], total: 0) == [0, 0])
    #expect(FairShares.of([], total: 7).isEmpty)
    var random = SeededValues(seed: 2)
    for _ in 0..<300 {
      let counts = (0..<Int.random(in: 1...9, using: &random)).map { _ in
        Int.random(in: 0...50, using: &random)
      }
      let total = Int.random(in: 0...300, using: &random)
      let shares = FairShares.of(counts, total: total)
      #expect(shares.reduce(0, +) == min(total, counts.reduce(0, +)), "\(counts), \(total)")
      // Who has not all of it has as much as anybody, but for what is left over.
      let most = shares.max() ?? 0
      for (share, count) in zip(shares, counts) where share < count { #expect(share >= most - 1) }
      #expect(zip(shares, counts).allSatisfy { $0 <= $1 })
    }
  }

  /// Fourteen minutes are held out, nine of ten of the first label: ten are judged, of each label and of each file something.
  @Test func noLabelIsLeftOut() throws {
    let scratch = try Scratch()
    let rate = 1000
    for (name, seconds) in [("a/1", 1000), ("a/2", 400), ("a/3", 1), ("b/1", 250), ("c/1", 30)] {
      try scratch.wav("\(name).wav", frames: seconds * rate, rate: rate) { n, _ in noise(n, seconds) }
    }
    var options = FolderOptions(paths: [scratch.path])
    (options.sampleRate, options.labels) = (rate, FolderOptions.labelSource("folders"))
    options = try options.setting(["validation_fraction=0.5"])
    let corpus = try FolderCorpus(options: options, seed: 1, receptiveField: 20, cache: nil)
    #expect(corpus.held.samples > 600 * rate, "\(corpus.held.samples) samples held out")
    let judged = corpus.heldOutRecordings("")
    let samples = judged.reduce(0) { $0 + $1.codes.count }
    #expect(samples == 600 * rate)
    #expect(Set(corpus.held.all.map(\.label)) == ["a", "b", "c"] && judged.count == corpus.held.all.count)
    for (recording, segment) in zip(judged, corpus.held.all) {
      #expect(recording.name == segment.path && !recording.codes.isEmpty)
      // Small labels whole.
      if segment.label != "a" { #expect(recording.codes.count == segment.range.count) }
    }
  }
}
