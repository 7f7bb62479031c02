// The command line: parse, call, report. One folder per command under Commands/, with its tables and reports beside it. Of
// maths there is what a report shows (rates, shares, lengths) and what `selftest` compares; the measures are the targets'.
import ArgumentParser
import Files
import Kernels

@main
struct Synth: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synth",
    abstract: "Makes sound one sample at a time with a WaveNet: generates, trains, measures, plays.",
    discussion: """
      First sound:  synth generate out.wav
      Own sounds:   synth train FOLDER --output runs/mine && synth generate out.wav --model runs/mine

      Exit codes: 0 done; 64 usage; 65 bad data or checkpoint; 66 no input; 69 no audio device; 70 diverged, or
      a defect of ours; 73 cannot create; 74 input or output failed; 129/130/143 stopped by SIGHUP/Ctrl-C/SIGTERM.
      """,
    version: Version.text,
    subcommands: [
      Generate.self, Pack.self, Train.self, Evaluate.self, Tune.self, Play.self, Devices.self, Inspect.self,
      SelfTest.self,
      Bench.self, Lab.self, Listen.self,
    ])

  static func main() {
    Interrupt.answerFailedWrites()
    Parallel.onShortage { wanted, got in
      Terminal.warn(
        "the system gives \(got) of \(wanted) threads (a limit on processes?): going on with those, slower")
    }
    var running: any ParsableCommand.Type = Synth.self
    do {
      try World.join()
      if let problem = InstructionSet.problem ?? ThreadsOption.problem {
        throw SynthError.environment(problem)
      }
      // Not the parser's own: names may be any bytes.
      var command = try parseAsRoot(Array(FileName.arguments().dropFirst()))
      try World.check(command, name: type(of: command)._commandName)
      running = type(of: command)
      try command.run()
    } catch {
      ExitStatus.exit(with: error, of: running)
    }
    World.exit(0)
  }
}

enum Version {
  static let text = "0.1.0"
}
