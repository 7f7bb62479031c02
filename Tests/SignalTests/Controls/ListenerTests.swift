// Hearing piece by piece against hearing the whole clip.
import Glibc
import Testing

@testable import Signal

@Suite struct ListenerTests {
  /// Notes of a quarter of a second with pauses, in noise.
  private static func clip(seconds: Double, rate: Int = 8000) -> Clip {
    var phase = 0.0
    let noise = Philox(seed: 3, stream: 0)
    return Clip(
      samples: (0..<Int(seconds * Double(rate))).map { n in
        let note = n / (rate / 4)
        phase += (220 + 30 * Double(note * 7 % 11)) / Double(rate)
        let tone = note % 5 == 4 ? 0 : 0.3 * (sin(2 * .pi * phase) + 0.5 * sin(4 * .pi * phase))
        return Float(tone + 0.002 * (noise.uniform(at: UInt64(n)) - 0.5))
      }, sampleRate: rate)
  }

  private static let kept: [ControlChannel] =
    [Control.pitch, .voicing, .loudness, .mel(5)].flatMap(\.channels)

  @Test(arguments: [0.1, 3.0, 7.3]) func oneClipIsHeardAsAWhole(seconds: Double) {
    let clip = Self.clip(seconds: seconds)
    let whole = ControlCurves(clip, channels: Self.kept, frame: 32).values
    for step in [37, 1000, 100_000] {
      var listener = ControlListener(Self.kept, frame: 32, sampleRate: clip.sampleRate)
      for first in stride(from: 0, to: clip.samples.count, by: step) {
        listener.add(clip.samples[first..<min(first + step, clip.samples.count)])
      }
      #expect(listener.finish() == whole, "\(step) samples at a time")
    }
  }

  @Test func piecesAreJoinedWhereNobodyHearsIt() {
    let clip = Self.clip(seconds: 31)
    let whole = ControlCurves(clip, channels: Self.kept, frame: 32)
    var listener = ControlListener(Self.kept, frame: 32, sampleRate: clip.sampleRate, pieceSeconds: 4)
    for first in stride(from: 0, to: clip.samples.count, by: 777) {
      listener.add(clip.samples[first..<min(first + 777, clip.samples.count)])
    }
    let pieces = listener.finish()
    #expect(pieces.count == whole.values.count)
    let width = Self.kept.count
    var others = 0
    for frame in 0..<whole.frames {
      for channel in 0..<width {
        let (a, b) = (whole.values[frame * width + channel], pieces[frame * width + channel])
        // Levels know nothing of pieces; of the pitch, the path may be another in a frame or two.
        if channel >= 2 {
          #expect(a == b, "frame \(frame), channel \(channel)")
        } else if a != b {
          others += 1
        }
      }
    }
    #expect(others <= 10, "\(others) of \(whole.frames) frames")
    for threads in [2, 3, 20] {
      var listener = ControlListener(
        Self.kept, frame: 32, sampleRate: clip.sampleRate, threads: threads, pieceSeconds: 4)
      for first in stride(from: 0, to: clip.samples.count, by: 30_001) {
        listener.add(clip.samples[first..<min(first + 30_001, clip.samples.count)])
      }
      #expect(listener.finish() == pieces, "\(threads) threads")
    }
  }

  @Test func nothing() {
    var listener = ControlListener([.voicing], frame: 32, sampleRate: 8000)
    #expect(listener.finish().isEmpty)
  }
}
