// The pitch of one voice over time, and whether there is one: candidates are peaks of the periodicity, the path through them
// is the one that costs least over the whole clip (after Boersma 1993), and each pitch is then measured again over as many
// periods as the window holds. One voice: of a chord it follows something. Independent twin: Tests/SignalTests/Controls.
import Glibc

/// Pitch at the middles of frames.
package struct PitchTrack: Hashable, Sendable {
  /// Hz; 0 where there is no pitch. `[frame]`
  package let hertz: [Double]

  package func isVoiced(_ frame: Int) -> Bool { hertz[frame] > 0 }

  /// Share of the frames that have a pitch.
  package var voicedShare: Double {
    hertz.isEmpty ? 0 : Double(hertz.count { $0 > 0 }) / Double(hertz.count)
  }
}

/// Tracks a pitch. The defaults suit voices and melody instruments.
package struct PitchTracker: Sendable {
  /// Hz.
  package var lowest = 50.0
  package var highest = 2200.0
  /// Seconds that are looked at around a frame's middle.
  package var window = 0.03
  /// Frames whose level is below this, in dB of full scale, have no pitch.
  package var floor = -60.0
  /// Periodicity from which on a frame rather has a pitch than none.
  package var threshold = 0.5
  /// What a lag of twice the length costs: of equal peaks the first is the period.
  package var octaveCost = 0.02
  /// What a jump of an octave, and a change between pitch and none, cost from one centisecond to the next.
  package var jumpCost = 0.35
  package var changeCost = 0.14

  package init() {}

  /// - frame: samples per frame; frame k's middle is at (k + 1/2) `frame`. The last frame may pass the end.
  package func track(_ clip: Clip, frame: Int) -> PitchTrack {
    precondition(frame > 0, "frames of \(frame) samples")
    let rate = Double(clip.sampleRate)
    let highest = min(highest, rate / 5)
    let (shortest, longest) = (rate / highest, Int((rate / lowest).rounded(.up)))
    let length = max(Int((window * rate).rounded()), longest + 2)
    let periodicity = Periodicity(length: length, longest: longest)
    let samples = PitchTracker.smoothed(clip.samples)
    let count = (samples.count + frame - 1) / frame
    var frames: [Frame] = []
    frames.reserveCapacity(count)
    for k in 0..<count {
      let first = k * frame + frame / 2 - length / 2
      let part = (first..<first + length).map { samples.indices.contains($0) ? samples[$0] : 0 }
      frames.append(candidates(periodicity, part, shortest: shortest))
    }
    let centiseconds = Double(frame) / rate / 0.01
    let path = cheapest(frames, perStep: 1 / centiseconds)
    return PitchTrack(
      hertz: path.indices.map { k in path[k].map { rate / frames[k].lags[$0] } ?? 0 })
  }

  /// Without what lies near half the sample rate: strong partials there make peaks too narrow to be found between samples.
  private static func smoothed(_ samples: [Float]) -> [Double] {
    let reach = 16
    let taps = (-reach...reach).map { k -> Double in
      let x = 2 * cutoff * Double(k)
      let sinc = k == 0 ? 1 : sin(.pi * x) / (.pi * x)
      return 2 * cutoff * sinc * (0.5 + 0.5 * cos(.pi * Double(k) / Double(reach + 1)))
    }
    let padded =
      [Double](repeating: 0, count: reach) + samples.map(Double.init) + [Double](repeating: 0, count: reach)
    return samples.indices.map { n in
      var sum = 0.0
      for k in taps.indices { sum += taps[k] * padded[n + k] }
      return sum
    }
  }
  /// Of the sample rate.
  private static let cutoff = 0.33

  /// Peaks of a frame's periodicity.
  private struct Frame {
    /// Refined, in samples.
    var lags: [Double] = []
    /// Log2 of the lags as they were found, and what speaks for each.
    var octaves: [Double] = []
    var strengths: [Double] = []
    var isSilent = false
  }
  private static let mostCandidates = 12

  private func candidates(_ periodicity: Periodicity, _ samples: [Double], shortest: Double) -> Frame {
    var frame = Frame()
    let mean = samples.reduce(0, +) / Double(samples.count)
    let (n, meanSquare) = periodicity(samples.map { $0 - mean })
    if decibels(power: meanSquare) < floor {
      frame.isSilent = true
      return frame
    }
    // The peak at lag 0 is not a period: nothing counts before it has fallen below 0.
    guard var lag = n.indices.first(where: { n[$0] < 0 }) else { return frame }
    lag = max(lag, Int(shortest) - 1, 1)
    var found: [(lag: Double, value: Double)] = []
    while lag < periodicity.longest {
      if n[lag] > 0.3 && n[lag] > n[lag - 1] && n[lag] >= n[lag + 1] {
        let peak = Interpolation.peak(n, near: lag)
        if peak.place >= shortest { found.append((peak.place, min(1, peak.value))) }
      }
      lag += 1
    }
    let strongest = found.map(\.value).max() ?? 0
    for (lag, value) in found where value > 0.5 * strongest {
      let octaves = log2(lag)
      frame.octaves.append(octaves)
      frame.strengths.append(value - octaveCost * (octaves - log2(shortest)))
      frame.lags.append(refined(lag, value, n))
    }
    if frame.lags.count > Self.mostCandidates {
      let kept = frame.strengths.indices.sorted { frame.strengths[$0] > frame.strengths[$1] }
        .prefix(Self.mostCandidates).sorted()
      frame.lags = kept.map { frame.lags[$0] }
      frame.octaves = kept.map { frame.octaves[$0] }
      frame.strengths = kept.map { frame.strengths[$0] }
    }
    return frame
  }

  /// The lag from its multiples: at 2, 4, 8 ... periods an error of the place counts a half, a quarter ... as much. Ends where
  /// the sound is no longer that periodic.
  private func refined(_ lag: Double, _ value: Double, _ n: [Double]) -> Double {
    var (period, multiple) = (lag, 1.0)
    while true {
      let next = 2 * multiple
      let place = Int((period * next).rounded())
      guard place + 1 < n.count, place >= 1 else { return period }
      // The true peak is near: within half a sample by the estimate before.
      let near = (max(1, place - 1)...min(n.count - 2, place + 1)).max { n[$0] < n[$1] }!
      guard n[near] > 0.9 * value, n[near] >= n[near - 1], n[near] >= n[near + 1] else { return period }
      period = Interpolation.peak(n, near: near).place / next
      multiple = next
    }
  }

  /// For each frame the candidate on the path of least cost; nil where it has no pitch.
  private func cheapest(_ frames: [Frame], perStep: Double) -> [Int?] {
    // State 0 is no pitch, state c + 1 candidate c.
    var costs: [Double] = []
    var origins: [[Int]] = []
    for (k, frame) in frames.enumerated() {
      let own = [frame.isSilent ? -1 : -threshold] + frame.strengths.map { -$0 }
      if k == 0 {
        costs = own
        origins.append(own.map { _ in 0 })
        continue
      }
      let before = frames[k - 1]
      var (next, from): ([Double], [Int]) = ([], [])
      for state in own.indices {
        var best = (Double.infinity, 0)
        for old in costs.indices {
          let move =
            state == 0 || old == 0
            ? (state == old ? 0 : changeCost)
            : jumpCost * abs(frame.octaves[state - 1] - before.octaves[old - 1])
          let cost = costs[old] + move * perStep
          if cost < best.0 { best = (cost, old) }
        }
        next.append(best.0 + own[state])
        from.append(best.1)
      }
      costs = next
      origins.append(from)
    }
    guard var state = costs.indices.min(by: { costs[$0] < costs[$1] }) else { return [] }
    var path = [Int?](repeating: nil, count: frames.count)
    for k in frames.indices.reversed() {
      path[k] = state == 0 ? nil : state - 1
      state = origins[k][state]
    }
    return path
  }
}
