// synth train --dry-run: what a run would cost, measured where it can be.
import ArgumentParser
import Benchmarks
import Reports
import Training
import WaveNet

struct DryRun: Encodable {
  let parameters: Int
  let receptiveFieldSamples: Int
  let receptiveFieldMs: Double
  let multiplyAddsPerSample: Int
  let memoryBytes: Int
  let diskBytes: Int
  let threads: Int
  let precision: String
  let steps: Int
  let secondsPerStep: Double
  let audioSecondsPerSecond: Double
  let trainingSeconds: Double
  let generationTimesRealTime: Double
  let conditioning: ConditioningPlan.Report?
  private let told: String?

  /// `told` is for people.
  enum CodingKeys: CodingKey {
    case parameters, receptiveFieldSamples, receptiveFieldMs, multiplyAddsPerSample, memoryBytes, diskBytes,
      threads, precision, steps, secondsPerStep, audioSecondsPerSecond, trainingSeconds,
      generationTimesRealTime, conditioning
  }

  init(_ plan: TrainingPlan) throws {
    let (c, options) = (plan.configuration, plan.options)
    threads = plan.threads
    (conditioning, told) = (plan.told?.report, plan.told?.sentence)
    precision = options.precision.rawValue
    parameters = plan.parameters
    receptiveFieldSamples = c.receptiveField
    receptiveFieldMs = Double(c.receptiveField) / Double(c.sampleRate) * 1000
    multiplyAddsPerSample = c.multiplyAddsPerSample
    memoryBytes = RunEstimate.memoryBytes(c, options: options, threads: threads)
    let gestures = c.conditioning.map { GestureFile.encode(plan.gestures, $0).encoded().count } ?? 0
    diskBytes = Int(
      RunEstimate.diskBytes(
        c, options: options, keepEvery: plan.description.keepEvery, gestures: gestures)
        + RunRecords.bytes(
          evaluations: RunEstimate.evaluations(options), sample: RunEstimate.sampleBytes(c)))
    steps = options.steps
    secondsPerStep = RunEstimate.secondsPerStep(
      c, options: options, corpus: plan.corpus, threads: threads, shouldStop: { Interrupt.isRequested })
    try Interrupt.check()
    audioSecondsPerSecond = Double(options.clips * options.crop) / Double(c.sampleRate) / secondsPerStep
    trainingSeconds = secondsPerStep * Double(options.steps)
    let fresh = Model(configuration: c, parameters: .init(count: plan.parameters))
    generationTimesRealTime = try GenerationSpeed.samplesPerSecond(fresh) / Double(c.sampleRate)
  }

  func print(json: Bool) throws {
    if json { return try JSONReport.print(self) }
    let rows = [
      ("parameters", "\(parameters)"),
      ("receptive field", "\(receptiveFieldSamples) samples, \(NumberText.short(receptiveFieldMs)) ms"),
      ("memory", "about \(NumberText.bytes(memoryBytes)) besides the recordings"),
      ("disk", "about \(NumberText.bytes(diskBytes))"),
      (
        "time per step",
        "\(NumberText.fixed(secondsPerStep * 1000, 1)) ms on \(NumberText.count(threads, "thread")), \(precision): "
          + "\(NumberText.short(audioSecondsPerSecond)) seconds of audio per second"
      ),
      ("\(steps) steps", "about \(NumberText.clock(trainingSeconds))"),
      (
        "generation", "about \(NumberText.short(generationTimesRealTime)) x real time, one clip on one thread"
      ),
    ]
    if let told { try Terminal.print(NumberText.column("the model is", 18) + told) }
    for (name, value) in rows { try Terminal.print(NumberText.column(name, 18) + value) }
  }
}
