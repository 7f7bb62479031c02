// What a model hears while it generates is its own output, a little off in level and pitch and with traces of tones that
// do not belong. Trained on perfect histories it has never seen such errors and lets them grow: one tone ends up
// swallowing the others. So training inputs are off in the same ways, while each target is what the RIGHT mixture would
// do next from there. The network learns to pull back.
import Glibc

/// Errors of the input history of synthetic clips; each clip draws how strong they are, from none to all.
struct HistoryError {
  /// Largest error of a partial's level, in dB.
  let gain: Double
  /// Largest error of a partial's pitch, in cents.
  let detune: Double
  /// Largest amplitude of a partial that is heard but does not belong; 0 is none.
  let ghosts: Double
  private let sampleRate: Double

  /// Nil if the options ask for none.
  init?(_ options: some MixtureSource) {
    gain = options.historyGainDb
    detune = options.historyDetuneCents
    ghosts = options.historyGhostsDb.map(amplitude) ?? 0
    sampleRate = Double(options.sampleRate)
    if gain == 0 && detune == 0 && ghosts == 0 { return nil }
  }

  /// The mixture as it is heard, and the mixture whose sample at p follows the heard ones before p.
  ///
  /// A partial heard at frequency f' arrives at p - 1 with some phase; from there the right frequency f leads to the
  /// phase at p that the heard partial would have there, plus f - f' cycles. So the target is a partial of frequency f',
  /// shifted by that constant, at the right level; ghosts are not in it.
  func applied(to mixture: Mixture, _ draws: inout Draws) -> (heard: Mixture, next: Mixture) {
    let strength = draws.uniform()
    var (heard, next) = (mixture, mixture)
    for i in mixture.partials.indices {
      let partial = mixture.partials[i]
      let cycles = partial.cycles * exp2(strength * detune * draws.real(-1...1) / 1200)
      heard.partials[i].cycles = cycles
      heard.partials[i].amplitude *= amplitude(strength * gain * draws.real(-1...1))
      next.partials[i].cycles = cycles
      next.partials[i].phase += partial.cycles - cycles
    }
    if ghosts > 0 {
      for _ in 0..<draws.integer(0...2) {
        heard.partials.append(
          Partial(
            cycles: draws.logReal(40...min(4000, 0.45 * sampleRate)) / sampleRate, phase: draws.uniform(),
            amplitude: strength * ghosts * draws.uniform(), attack: mixture.partials.first?.attack ?? 0))
      }
    }
    return (heard, next)
  }
}
