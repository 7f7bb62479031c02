// Generated sound against held-out recordings, beside the floor: real recordings against one another. A distance that is
// no larger than the floor is as good as it gets; how far above the floor it lies is what tells.
internal import Kernels
package import Signal

/// Distances between bodies of sound, and what each of them is like.
package struct SoundComparison: Sendable, Encodable {
  /// One body of sound.
  package struct Body: Sendable, Encodable {
    package let seconds: Double
    package let clips: Int
    package let onsetsPerSecond: Double
    /// Levels of 100 ms windows in dB of full scale: 10 %, 50 % and 90 % are below these.
    package let levelsDb: [Double]
    /// Level of each third-octave band against the whole, in dB.
    package let spectrumDb: [Double]
  }

  /// Middle of each third-octave band in Hz.
  package let bandsHz: [Double]
  package let generated: Body
  package let heldOut: Body
  package let training: Body?
  package let generatedToHeldOut: SoundDistance
  package let generatedToTraining: SoundDistance?
  /// Floor, of more sound than was generated as a rule.
  package let trainingToHeldOut: SoundDistance?
  /// Floor; nil if there is too little.
  package let heldOutFloor: Floor?

  /// - heldOut: at least one clip with sound
  /// - training: nil if it is not known
  package init(
    generated: [Clip], heldOut: [Clip], training: Recordings?, seed: UInt64,
    threads: Int
  ) {
    let made = generated.map { SoundSummary($0) }
    let held = heldOut.map { SoundSummary($0) }
    let trained = training.map { training in
      Parallel.map(jobs: training.count, threads: threads) { job, _ in SoundSummary(training.clip(job)) }
    }
    guard let allMade = SoundSummary(made), let allHeld = SoundSummary(held) else {
      preconditionFailure("\(made.count) generated and \(held.count) held-out clips to compare")
    }
    let allTrained = trained.flatMap { SoundSummary($0) }
    bandsHz = allMade.centres
    self.generated = Body(allMade, clips: made.count)
    self.heldOut = Body(allHeld, clips: held.count)
    self.training = allTrained.map { Body($0, clips: trained?.count ?? 0) }
    generatedToHeldOut = allMade.distance(to: allHeld)
    generatedToTraining = allTrained.map { allMade.distance(to: $0) }
    trainingToHeldOut = allTrained.map { $0.distance(to: allHeld) }
    heldOutFloor = Floor(heldOut: heldOut, generated: generated, seed: seed, threads: threads)
  }
}

extension SoundComparison.Body {
  init(_ summary: SoundSummary, clips: Int) {
    self.init(
      seconds: summary.seconds, clips: clips, onsetsPerSecond: summary.onsetRate,
      levelsDb: [0.1, 0.5, 0.9].compactMap { Distribution.quantile(summary.levels, $0) },
      spectrumDb: summary.spectrum)
  }
}
