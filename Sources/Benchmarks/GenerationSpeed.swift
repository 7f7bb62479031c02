// What a model of this size can do on this machine, tried for a moment.
package import Generation
package import WaveNet

package enum GenerationSpeed {
  /// Samples per second of one clip on one thread, tried for about `seconds`.
  package static func samplesPerSecond(_ model: Model, seconds: Double = 0.3) throws(GenerationError)
    -> Double
  {
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
