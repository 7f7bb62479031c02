// synth train --dry-run: what a run would cost, measured where it can be.
import ArgumentParser
import Benchmarks
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

  init(_ plan: TrainingPlan) throws {
    let (c, options) = (plan.configuration, plan.options)
    threads = plan.threads
    precision = options.precision.rawValue
    parameters = plan.parameters
    receptiveFieldSamples = c.receptiveField
    receptiveFieldMs = Double(c.receptiveField) / Double(c.sampleRate) * 1000
    multiplyAddsPerSample = c.multiplyAddsPerSample
    memoryBytes = RunEstimate.memoryBytes(c, options: options, threads: threads)
    diskBytes = RunEstimate.diskBytes(c, options: options)
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
      ("receptive field", "\(receptiveFieldSamples) samples, \(Format.short(receptiveFieldMs)) ms"),
      ("memory", "about \(Format.bytes(memoryBytes)) besides the recordings"),
      ("disk", "about \(Format.bytes(diskBytes))"),
      (
        "time per step",
        "\(Format.fixed(secondsPerStep * 1000, 1)) ms on \(Format.count(threads, "thread")), \(precision): "
          + "\(Format.short(audioSecondsPerSecond)) seconds of audio per second"
      ),
      ("\(steps) steps", "about \(Format.clock(trainingSeconds))"),
      ("generation", "about \(Format.short(generationTimesRealTime)) x real time, one clip on one thread"),
    ]
    for (name, value) in rows { try Terminal.print(Format.column(name, 18) + value) }
  }
}
