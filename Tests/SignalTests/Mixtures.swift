// Sine mixtures with a seed, made by the formula, for the tests of the analysis.

import Foundation

@testable import Signal

/// 1-4 partials, log-uniform between 55 Hz and 4 kHz, within 26 dB, at least `apart` Hz from one another.
func randomPartials(seed: UInt64, count: Int? = nil, apart: Double = 6) -> [SinePartial] {
  var generator = PhiloxGenerator(seed: seed, stream: 77)
  let count = count ?? Int.random(in: 1...4, using: &generator)
  var partials: [SinePartial] = []
  while partials.count < count {
    let hz = 55 * pow(4000 / 55, generator.uniform())
    if partials.contains(where: { abs($0.frequency - hz) < apart }) { continue }
    partials.append(
      SinePartial(
        frequency: hz, amplitude: pow(10, -generator.uniform(in: 0...1.25)),
        phase: generator.uniform(in: -Double.pi...Double.pi)))
  }
  let sum = partials.reduce(0) { $0 + $1.amplitude }
  let level = generator.uniform(in: 0.2...0.9)
  for k in partials.indices { partials[k].amplitude *= level / sum }
  return partials.sorted { $0.frequency < $1.frequency }
}

func render(_ partials: [SinePartial], seconds: Double = 4, rate: Int = 16000) -> Clip {
  Clip(
    samples: (0..<Int(seconds * Double(rate))).map { n in
      let t = Double(n) / Double(rate)
      return Float(partials.reduce(0) { $0 + $1.amplitude * cos(2 * .pi * $1.frequency * t + $1.phase) })
    }, sampleRate: rate)
}

func coded(_ clip: Clip, levels: Int = 256) -> Clip {
  let law = MuLaw(levels: levels)
  return Clip(samples: law.decode(law.encode(clip.samples)), sampleRate: clip.sampleRate)
}

func whiteNoise(_ count: Int, rms: Double, seed: UInt64, rate: Int = 16000) -> Clip {
  var generator = PhiloxGenerator(seed: seed, stream: 78)
  return Clip(samples: (0..<count).map { _ in Float(rms * generator.normal()) }, sampleRate: rate)
}

func + (a: Clip, b: Clip) -> Clip {
  Clip(samples: zip(a.samples, b.samples).map { $0 + $1 }, sampleRate: a.sampleRate)
}

/// Mean square.
func power(_ clip: Clip) -> Double {
  clip.samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(clip.samples.count)
}
