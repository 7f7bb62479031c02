// synth listen: blind listening tests. What happens in them is in the target Listening.
import ArgumentParser

struct Listen: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Blind listening tests.",
    discussion: """
      synth listen prepare --method abx -o test A=before/ B=after/
      synth listen serve test                     opens a page for listeners, with a browser, also on a phone
      synth listen run test                       the same in a terminal, through ALSA
      synth listen report test                    what they said: a page, JSON and CSV
      """,
    subcommands: [
      ListenPrepare.self, ListenServe.self, ListenRun.self, ListenSimulate.self, ListenReport.self,
      ListenExport.self, ListenImport.self,
    ])
}
