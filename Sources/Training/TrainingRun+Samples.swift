// What the model sounds like at each evaluation: always the same seed, so that the files can be compared by ear.
internal import AudioIO
import FoundationEssentials
internal import Generation
internal import Signal
internal import WaveNet

extension TrainingRun {
  /// Seconds of a rendered sample.
  private static let sampleSeconds = 2.0

  /// Renders the averaged weights into `samples/` and returns the path.
  func renderSample() throws -> String {
    var sampling = SamplingOptions(
      temperature: defaults?.temperature ?? 1, topK: defaults?.topK, topP: defaults?.topP)
    let rate = Double(configuration.sampleRate)
    sampling.warmUpSamples = Int((defaults?.warmUpSeconds ?? 0) * rate)
    let generator = Generator(trainer.averagedModel(), sampling: sampling, seed: options.seed, clip: 0)
    let leadIn = LeadIn(seconds: defaults?.leadInSeconds ?? 0, sampleRate: configuration.sampleRate)
    let samples = leadIn.kept(try generator.samples(leadIn.samples + Int(Self.sampleSeconds * rate)))
    try FileManager.default.createDirectory(atPath: files.samples, withIntermediateDirectories: true)
    let number = String(progress.step)
    let padded = String(repeating: "0", count: max(0, 7 - number.count)) + number
    let path = "\(files.samples)/step-\(padded).wav"
    try SoundFile.write(
      Clip(samples: samples, sampleRate: configuration.sampleRate), to: path,
      comment: "synth training sample, step \(progress.step), seed \(options.seed)")
    return path
  }
}
