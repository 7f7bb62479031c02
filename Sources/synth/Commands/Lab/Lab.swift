// synth lab: what courses on one-dimensional convolution show, as commands. The maths is in the targets Layers and
// Forecasting.
import ArgumentParser

struct Lab: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lessons: a worked example, any one layer, laws of convolution, receptive fields, forecasting.",
    subcommands: [
      LabExample.self, LabLayer.self, LabIdentities.self, LabReceptiveField.self, LabBlocks.self,
      LabMuLaw.self, LabSoftmax.self, LabForecast.self, LabSeries.self,
    ])
}
