// A program in the place of a person: hears what the page would play, under the labels of the page, and sends the answer
// that the page would send. It knows neither names nor files; all that it knows of a trial are measured sounds.
internal import Glibc
internal import Signal

struct SimulatedListener {
  /// Standard deviation of the noise that every comparison gets, in dB.
  let noise: Double
  /// Added to every rating, in parts of the scale: some people are mild, some are strict.
  let mildness: Double
  private var random: PhiloxGenerator

  /// - Parameters:
  ///   - sensitivity: 1 is a noise of 1 dB for the typical listener; 2 is half of that.
  ///   - number: people differ; the same seed and number are the same listener.
  init(seed: UInt64, number: Int, sensitivity: Double) {
    precondition(sensitivity > 0 && number >= 0, "listener \(number) of sensitivity \(sensitivity)")
    random = PhiloxGenerator(seed: seed, stream: 1000 + UInt64(number))
    noise = exp(0.3 * random.normal()) / sensitivity
    mildness = 0.06 * random.normal()
  }

  /// - Parameters:
  ///   - sounds: in the order of the labels: with X and the open reference.
  ///   - sequence: of the answer.
  mutating func answer(_ method: Method, _ sounds: [Hearing], trial: Int, sequence: Int) -> SubmittedAnswer {
    var submitted = SubmittedAnswer(
      sequence: sequence, trial: trial, seconds: 0, plays: sounds.map { _ in 1 }, switches: sounds.count - 1,
      looped: false)
    switch method {
    case .abx:
      // Which of the two lies nearer to X, as far as the noise lets it be told.
      let toA = sounds[2].distance(to: sounds[0]) + blur()
      let toB = sounds[2].distance(to: sounds[1]) + blur()
      submitted.chosen = toA <= toB ? 0 : 1
    case .ab:
      let difference = sounds[1].contrast - sounds[0].contrast + blur()
      submitted.preferred = abs(difference) < noise / 2 ? -1 : difference < 0 ? 0 : 1
    case .cmos:
      let difference = sounds[1].contrast - sounds[0].contrast + blur()
      submitted.rating = Int(max(-3, min(3, (difference / 3).rounded())))
    case .mos:
      submitted.rating = 1 + Int((4 * clarity(sounds[0])).rounded())
    case .dcr:
      submitted.rating = 1 + Int((4 * likeness(sounds[1], sounds[0])).rounded())
    case .multi:
      submitted.ratings = sounds.map { (100 * clarity($0)).rounded() }
    case .mushra:
      submitted.ratings = sounds.dropFirst().map { (100 * likeness($0, sounds[0])).rounded() }
    case .abchr:
      // The nearer one is taken for the hidden reference and gets full marks.
      let likenesses = sounds.dropFirst().map { likeness($0, sounds[0]) }
      let best = likenesses.max() ?? 1
      submitted.ratings = likenesses.map { $0 == best ? 5 : ((1 + 4 * $0) * 10).rounded() / 10 }
    }
    return submitted
  }

  private mutating func blur() -> Double { noise * random.normal() }

  /// 0 ... 1: tones that stand 40 to 70 dB above the rest.
  private mutating func clarity(_ sound: Hearing) -> Double {
    max(0, min(1, (sound.contrast + blur() - 40) / 30 + mildness))
  }

  /// 0 ... 1, where 1 is the same sound.
  private mutating func likeness(_ sound: Hearing, _ reference: Hearing) -> Double {
    exp(-max(0, sound.distance(to: reference) + blur()) / 10)
  }
}
