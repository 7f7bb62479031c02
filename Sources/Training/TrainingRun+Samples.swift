// What the model sounds like at each evaluation: always the same seed, so that the files can be compared by ear.
internal import AudioIO
internal import Files
internal import Generation
internal import Signal
internal import WaveNet

extension TrainingRun {
  /// Seconds of a rendered sample.
  package static let sampleSeconds = 2.0

  /// Renders the averaged weights into `samples/`.
  func renderSample() throws -> TrainingEvent.Sample {
    let recipe = try Recipe(
      trainer.averagedModel(), defaults: defaults ?? GenerationDefaults(), name: files.folder,
      gestures: gestures)
    let clip = try recipe.clips(
      count: 1, samples: recipe.samples(seconds: Self.sampleSeconds), seed: options.seed, threads: 1)[0]
    try Folder.create(files.samples)
    let path = files.sample(step: progress.step)
    try SoundFile.write(
      clip, to: path,
      comment: "synth training sample, step \(progress.step), seed \(options.seed)")
    return .init(path: path, isSilent: Loudness.isSilent(clip))
  }
}
