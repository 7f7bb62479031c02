// synth lab: what courses on one-dimensional convolution show, as commands. The maths is in the target Layers.
import ArgumentParser

struct Lab: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lessons: pictures of receptive fields.",
    subcommands: [LabReceptiveField.self, LabForecast.self, LabSeries.self])
}
