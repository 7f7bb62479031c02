// synth listen simulate, report and export as a user runs them: files, exit codes, what goes to which stream.
import Foundation
import Signal
import TestSupport
import Testing

@testable import AudioIO

@Suite struct ListenReportTests {
  private func prepared() throws -> Scratch {
    let scratch = Scratch()
    for (name, hz) in [("A", 440.0), ("B", 523.0)] {
      try FileManager.default.createDirectory(atPath: scratch(name), withIntermediateDirectories: true)
      try SoundFile.write(tone(hz, seconds: 0.5, rate: 16_000), to: scratch("\(name)/x.wav"))
    }
    let made = try Binary.run(
      ["listen", "prepare", "--method", "abx", "-o", "t", "A=A", "B=B", "--trials", "8", "--rate", "16000"],
      in: scratch)
    #expect(made.code == 0, "\(made.errors)")
    return scratch
  }

  @Test func fromListenersToTheReport() throws {
    let scratch = try prepared()
    // Nobody yet.
    let early = try Binary.run(["listen", "report", "t"], in: scratch)
    #expect(early.code == 66 && early.errors.contains("nobody has listened"))
    let simulated = try Binary.run(
      ["listen", "simulate", "t", "--listeners", "3", "--seed", "4", "--json"], in: scratch)
    #expect(simulated.code == 0, "\(simulated.errors)")
    #expect(simulated.json["simulated_listeners"] as? Int == 3 && simulated.json["answers"] as? Int == 24)
    let again = try Binary.run(["listen", "simulate", "t", "--listeners", "1", "--seed", "4"], in: scratch)
    #expect(again.code == 64 && again.errors.contains("another --seed"))
    let report = try Binary.run(["listen", "report", "t"], in: scratch)
    #expect(report.code == 0, "\(report.errors)")
    #expect(report.text.contains("SIMULATED LISTENERS.") && report.text.contains("of 24 trials"))
    #expect(
      names(in: scratch("t-report")) == ["listeners.csv", "report.html", "report.json", "responses.csv"])
    let json = try Binary.run(
      ["listen", "report", "t", "--json", "--output", "other", "--seed", "9"], in: scratch)
    #expect(json.code == 0 && json.json["simulated"] as? Bool == true)
    #expect((json.json["recipe"] as? [String: Any])?["seed"] as? Int == 9)
    #expect(names(in: scratch("other")).count == 4)
    // Again: the same bytes.
    let first = FileManager.default.contents(atPath: scratch("t-report/report.html"))
    #expect(try Binary.run(["listen", "report", "t"], in: scratch).code == 0)
    #expect(first != nil && FileManager.default.contents(atPath: scratch("t-report/report.html")) == first)
    // Into the test itself: refused, nothing changed.
    #expect(try Binary.run(["listen", "report", "t", "-o", "t"], in: scratch).code == 64)
    #expect(try Binary.run(["listen", "report", "t"], in: scratch).code == 0)
  }

  @Test func aTestThatWasTamperedWithIsNotReported() throws {
    let scratch = try prepared()
    #expect(try Binary.run(["listen", "simulate", "t", "--listeners", "1"], in: scratch).code == 0)
    var key = try String(contentsOfFile: scratch("t/key.json"), encoding: .utf8)
    key = key.replacingOccurrences(of: "\"A\"", with: "\"Z\"")
    writePlainly(Array(key.utf8), to: scratch("t/key.json"))
    let outcome = try Binary.run(["listen", "report", "t"], in: scratch)
    #expect(outcome.code == 65 && outcome.errors.contains("key.json"))
    #expect(names(in: scratch("t-report")).isEmpty)
  }

  @Test func exportAndUsage() throws {
    let scratch = try prepared()
    let outcome = try Binary.run(
      ["listen", "export", "--webmushra", "t", "-o", "web", "--json"], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let path = try #require(outcome.json["configuration"] as? String)
    #expect(path.hasPrefix("web/configs/synth-") && FileManager.default.fileExists(atPath: scratch(path)))
    #expect(try Binary.run(["listen", "export", "t", "-o", "web"], in: scratch).code == 64)
    #expect(try Binary.run(["listen", "report", "nowhere"], in: scratch).code == 66)
    #expect(try Binary.run(["listen", "simulate", "t", "--listeners", "0"], in: scratch).code == 64)
    #expect(try Binary.run(["listen", "simulate", "t", "--sensitivity", "nan"], in: scratch).code == 64)
  }
}
