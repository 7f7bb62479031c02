// The precision of a clip: one that is named, or the most exact one that can be heard while it is made.
import ArgumentParser
import Benchmarks
import Kernels
import Reports
import WaveNet

enum PrecisionChoice: ExpressibleByArgument {
  case fixed(Precision)
  case auto

  init?(argument: String) {
    if argument == "auto" {
      self = .auto
    } else {
      guard let precision = Precision(rawValue: argument) else { return nil }
      self = .fixed(precision)
    }
  }

  static var allValueStrings: [String] { Precision.allCases.map(\.rawValue) + ["auto"] }
  static let list = allValueStrings.joined(separator: ", ")

  /// - say: is told what was found out, where something had to be
  func precision(for model: Model, threads: Int, say: (String) -> Void) throws -> Precision {
    switch self {
    case .fixed(let precision): return precision
    case .auto:
      let trials = try GenerationSpeed.trials(model, threads: threads)
      say(Self.sentence(trials))
      return GenerationSpeed.chosen(trials).precision
    }
  }

  static func sentence(_ trials: [GenerationSpeed.Trial]) -> String {
    let chosen = GenerationSpeed.chosen(trials)
    let rates = trials.map { "\($0.precision.rawValue) \(NumberText.short($0.timesRealTime)) x real time" }
      .joined(separator: ", ")
    return chosen.timesRealTime >= GenerationSpeed.margin
      ? "precision \(chosen.precision.rawValue), the most exact one that keeps up here: \(rates)"
      : "no precision keeps up here (\(rates)): \(chosen.precision.rawValue), heard when enough of it is there"
  }
}
