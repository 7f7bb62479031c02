// synth lab blocks: a block's input left out, added or appended. The maths is in Layers/Lessons.
import ArgumentParser
import Files
import Layers
import Reports
import Signal

struct LabBlocks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "blocks",
    abstract: "Compare stacks of plain, residual and concatenating blocks: channels, weights, gradient.",
    discussion: """
      synth lab blocks --channels 16 --blocks 10
      synth lab blocks --svg blocks.svg
      """)

  @Option(help: "Channels of the input and of every convolution's output.")
  var channels = 16

  @Option(help: "Blocks on top of each other.")
  var blocks = 10

  @Option(help: "Seed of the weights.")
  var seed: UInt64 = 1

  @Option(
    name: [.long, .customLong("picture")],
    help: ArgumentHelp("Also draw one block of each kind into this SVG file.", valueName: "file"))
  var svg: String?

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  struct Report: Encodable {
    struct Stack: Encodable {
      let kind: String
      let outputChannels, parameters: Int
      let gradient, gradientWithRectifierStart: Double
    }
    let channels, blocks: Int
    let seed: UInt64
    let stacks: [Stack]
  }

  func validate() throws {
    for (name, value, most) in [("channels", channels, 256), ("blocks", blocks, 100)]
    where !(1...most).contains(value) {
      throw ValidationError("--\(name) \(value): give 1 to \(most)")
    }
    if channels * blocks > 4096 {
      throw ValidationError("\(blocks) blocks of \(channels) channels are too many to append: give fewer")
    }
  }

  func run() throws {
    var random = PhiloxGenerator(seed: seed, stream: 0)
    let stacks = try BlockComparison.Kind.allCases.map {
      try BlockComparison($0, channels: channels, blocks: blocks, using: &random)
    }
    if let svg {
      try Replacing.prepare(svg, .svg)
      try AtomicFile.write(Array(BlockComparison.svg(channels: channels).utf8), to: svg)
    }
    if json {
      return try JSONReport.print(
        Report(
          channels: channels, blocks: blocks, seed: seed,
          stacks: stacks.map {
            Report.Stack(
              kind: $0.kind.rawValue, outputChannels: $0.outputChannels, parameters: $0.parameterCount,
              gradient: $0.gradientShare[.usual] ?? 0,
              gradientWithRectifierStart: $0.gradientShare[.rectifier] ?? 0)
          }))
    }
    try Terminal.print(
      "\(NumberText.count(blocks, "block")), each a causal Conv1d of 2 taps and ReLU, \(NumberText.count(channels, "channel"))"
    )
    try Terminal.print(
      NumberText.column("input is", 15) + NumberText.right("channels out", 13)
        + NumberText.right("parameters", 12)
        + NumberText.right("gradient at the input: usual start, He start", 47))
    let words = [BlockComparison.Kind.plain: "left out", .residual: "added", .concatenation: "appended"]
    for stack in stacks {
      try Terminal.print(
        NumberText.column(words[stack.kind] ?? "", 15) + NumberText.right("\(stack.outputChannels)", 13)
          + NumberText.right("\(stack.parameterCount)", 12)
          + NumberText.right(NumberText.short(stack.gradientShare[.usual] ?? 0), 36)
          + NumberText.right(NumberText.short(stack.gradientShare[.rectifier] ?? 0), 11))
    }
  }
}
