// synth listen: blind listening tests. What happens in them is in the target Listening.
import ArgumentParser

struct Listen: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Blind listening tests: prepare, serve, run.",
    subcommands: [])
}
