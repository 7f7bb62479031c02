// The lead-in cuts and fades the same however the clip comes in pieces.
import Testing

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
}
