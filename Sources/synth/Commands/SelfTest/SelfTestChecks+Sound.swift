// The checks of `selftest` that listen: the shipped model at its recommended settings, from fixed seeds.
import Generation
import Reports
import Signal
import WaveNet

extension SelfTestChecks {
  private static let clipCount = 4
  private static let seconds = 4.0
  /// In dB: partials against everything else, the median of the clips. Mu-law coding ends at 38.
  private static let leastMedianSNR = 20.0

  /// What `synth generate --seed 1 --count 4` writes.
  private static func clips() throws -> [Clip] {
    guard let loaded = try ShippedModel.load(ShippedModel.defaultName) else {
      throw SynthError.noSuchModel(name: ShippedModel.defaultName, shipped: ShippedModel.names)
    }
    let recipe = try Recipe(loaded)
    return try recipe.clips(count: clipCount, samples: recipe.samples(seconds: seconds), seed: 1)
  }

  static func sound() throws -> Outcome {
    for (i, clip) in try clips().enumerated() {
      if Loudness.isSilent(clip) { return .failed("clip \(i + 1) of seed 1 is silent") }
      if let click = ClickDetector.clicks(in: clip).first {
        return .failed("clip \(i + 1) of seed 1 clicks at sample \(click.position)")
      }
    }
    return .passed("\(clipCount) clips of \(NumberText.short(seconds)) s")
  }

  static func partials() throws -> Outcome {
    let ratios = try clips().map { clip in
      PartialAnalysis.snr(clip, partials: PartialAnalysis.detect(clip))
    }
    let median = (ratios.sorted()[(clipCount - 1) / 2] + ratios.sorted()[clipCount / 2]) / 2
    return .check(
      median >= leastMedianSNR,
      "median \(NumberText.fixed(median, 1)) dB against everything else, at least \(NumberText.fixed(leastMedianSNR, 0))"
    )
  }
}
