// synth lab identities: the laws of convolution, computed both ways while you watch. The maths is in Layers/Lessons.
import ArgumentParser
import Layers
import Reports
import Signal

struct LabIdentities: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identities",
    abstract: "Compute laws of convolution both ways and say whether the sides agree.",
    discussion: """
      synth lab identities
      synth lab identities --seed 7 --json

      Ends with exit code 1 if one of them fails.
      """)

  @Option(help: "Seed of the random inputs and weights.")
  var seed: UInt64 = 1

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  struct Report: Encodable {
    struct Law: Encodable {
      let name, law, left, right: String
      let leftValues, rightValues: [Float]
      let difference: Double
      let holds: Bool
    }
    let identities: [Law]
    let failed: Int
  }

  func run() throws {
    var random = PhiloxGenerator(seed: seed, stream: 0)
    let all: [Identity]
    do { all = try Identities.all(using: &random) } catch { preconditionFailure("\(error)") }
    let failed = all.count { !$0.holds }
    if json {
      try JSONReport.print(
        Report(
          identities: all.map {
            Report.Law(
              name: $0.name, law: $0.law, left: $0.left, right: $0.right, leftValues: $0.leftValues,
              rightValues: $0.rightValues, difference: $0.difference, holds: $0.holds)
          }, failed: failed))
    } else {
      let width = (all.map(\.left.count) + all.map(\.right.count)).max() ?? 0
      for identity in all {
        try Terminal.print("\(identity.holds ? "holds" : "FAILS")  \(identity.law)")
        for (side, values) in [(identity.left, identity.leftValues), (identity.right, identity.rightValues)] {
          try Terminal.print("         \(NumberText.column(side, width))  \(Self.list(values))")
        }
        if identity.difference > 0 {
          try Terminal.print("         largest difference \(NumberText.scientific(identity.difference))")
        }
      }
      try Terminal.print("\(all.count - failed) of \(all.count) hold")
    }
    if failed > 0 { throw SynthError.checksFailed(failed, of: all.count) }
  }

  /// The first values, three places where they are not whole.
  static func list(_ values: [Float]) -> String {
    let some = values.prefix(7).map { value in
      value == value.rounded() ? NumberText.fixed(Double(value), 0) : NumberText.fixed(Double(value), 3)
    }
    return some.joined(separator: " ") + (values.count > 7 ? " ... (\(values.count))" : "")
  }
}
