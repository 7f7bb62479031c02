// Least squares with sines: how much of a clip is partials and how much is everything else. Either over the whole clip
// (frequencies, amplitudes, phases: any wandering counts as "else"), or in frames with the frequencies held and
// amplitude and phase free (slow decays and beats count as partials, noise and clicks do not).

import Glibc

/// How partials fit a clip. Powers are means of squares.
package struct PartialFit: Hashable, Sendable {
  /// The partials, fitted; empty for a framed fit.
  package var partials: [SinePartial] = []
  /// Mean square of the fitted sum.
  package var signalPower = 0.0
  /// Mean square of the clip minus the fitted sum.
  package var residualPower = 0.0
  /// SNR in dB of each frame, for a framed fit; not a number where a frame is all zeros.
  package var frames: [Double] = []
  /// Partials against everything else, in dB: minus infinity without partials, infinity for a perfect fit.
  package var snr: Double { signalPower > 0 ? decibels(power: signalPower / residualPower) : -.infinity }
}

extension PartialAnalysis {
  /// Amplitudes and phases of sines of known frequencies over the whole clip.
  package static func fit(_ clip: Clip, partials: [SinePartial]) -> PartialFit {
    let samples = clip.samples.map { Double($0) }
    let omegas = partials.map { 2 * .pi * $0.frequency / Double(clip.sampleRate) }
    let linear = SineFit(samples[...], omegas: omegas)
    var result = PartialFit()
    result.partials = linear.partials(sampleRate: clip.sampleRate)
    result.signalPower = linear.signal / Double(max(1, samples.count))
    result.residualPower = linear.residual / Double(max(1, samples.count))
    return result
  }

  /// Partials against everything else over the whole clip, in dB.
  package static func snr(_ clip: Clip, partials: [SinePartial]) -> Double {
    fit(clip, partials: partials).snr
  }

  /// The same in frames: frequencies held, amplitude and phase free in each. A last frame of less than half is left out.
  package static func fitFrames(_ clip: Clip, partials: [SinePartial], frame seconds: Double = 0.1)
    -> PartialFit
  {
    let length = max(1, Int((seconds * Double(clip.sampleRate)).rounded()))
    let samples = clip.samples.map { Double($0) }
    let omegas = partials.map { 2 * .pi * $0.frequency / Double(clip.sampleRate) }
    var result = PartialFit()
    var used = 0
    for start in stride(from: 0, to: samples.count, by: length) {
      let frame = samples[start..<min(start + length, samples.count)]
      if frame.count * 2 < length { break }
      let linear = SineFit(frame, omegas: omegas)
      result.signalPower += linear.signal
      result.residualPower += linear.residual
      result.frames.append(decibels(power: linear.signal / linear.residual))
      used += frame.count
    }
    result.signalPower /= Double(max(1, used))
    result.residualPower /= Double(max(1, used))
    return result
  }

  /// Partials against everything else in frames, in dB.
  package static func framedSNR(_ clip: Clip, partials: [SinePartial], frame seconds: Double = 0.1) -> Double
  {
    fitFrames(clip, partials: partials, frame: seconds).snr
  }

  /// Gauss-Newton: frequencies, amplitudes and phases together, over the whole clip, from frequencies that are right to
  /// a fraction of 1 / length. A frequency moves by 2 / length at most; steps that make it worse are halved.
  static func refine(_ clip: Clip, frequencies: [Double]) -> [SinePartial] {
    guard !frequencies.isEmpty else { return [] }
    let samples = clip.samples.map { Double($0) }
    let start = frequencies.map { 2 * .pi * $0 / Double(clip.sampleRate) }
    let reach = 4 * .pi / Double(samples.count)
    var omegas = start
    var best = SineFit(samples[...], omegas: omegas)
    var scale = 1.0
    for _ in 0..<15 {
      let step = best.frequencyStep(samples).map { max(-reach / 4, min(reach / 4, $0)) * scale }
      let trial = zip(omegas, zip(start, step)).map { max($1.0 - reach, min($1.0 + reach, $0 + $1.1)) }
      let fitted = SineFit(samples[...], omegas: trial)
      let moved = zip(trial, omegas).map { abs($0 - $1) }.max()!
      if fitted.residual >= best.residual {
        scale /= 2
        if scale < 0.1 || moved < reach * 1e-4 { break }
        continue
      }
      (omegas, best) = (trial, fitted)
      if moved < reach * 1e-6 { break }
    }
    return best.partials(sampleRate: clip.sampleRate)
  }
}
