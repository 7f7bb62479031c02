// What can be said about a model without training or listening: size, arithmetic, speed on this machine.
import Generation
import WaveNet

enum ModelFacts {
  /// One clip on one thread, tried for about `seconds`.
  static func samplesPerSecond(_ model: Model, seconds: Double = 0.3) throws -> Double {
    let generator = Generator(model)
    let piece = 64
    var codes = [UInt16](repeating: 0, count: piece)
    try generator.next(into: &codes, count: piece)  // caches warm
    let clock = ContinuousClock()
    let began = clock.now
    var done = 0
    while (clock.now - began) / .seconds(1) < seconds {
      try generator.next(into: &codes, count: piece)
      done += piece
    }
    return Double(done) / ((clock.now - began) / .seconds(1))
  }
}
