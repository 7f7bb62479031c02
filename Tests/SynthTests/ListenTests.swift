// The listen commands as a user runs them: reports, refusals, signals, and a server that is killed after every answer.

import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

@testable import Listening

@Suite struct ListenTests {
  private let id = "0123456789abcdef0123456789abcdef"

  @Test func prepareReports() throws {
    let scratch = Scratch()
    let outcome = try Binary.run(
      [
        "listen", "prepare", "--method", "abx", "-o", "test/", "--items", "2", "--seconds", "0.5", "--trials",
        "5", "--seed", "1",
        "--needs-headphones", "--json", "cool=sines,temperature=0.5",
        "hot=sines,temperature=1.0,precision=bf16",
      ], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let report = outcome.json
    #expect(
      report["trials"] as? Int == 5 && report["seed"] as? Int == 1 && report["sample_rate"] as? Int == 48_000)
    #expect(report["systems"] as? [String] == ["cool", "hot"] && (report["items"] as? [Any])?.count == 2)
    #expect((report["largest_residual_lu"] as? Double ?? 1) <= 0.1)
    let items = try #require(report["items"] as? [[String: Any]])
    let size = try #require(items.compactMap { $0["stimulus_bytes"] as? Int }.max())
    #expect(report["trial_bytes"] as? Int == 3 * size && items[0]["channels"] as? Int == 1)
    let test = try PreparedTest.open(scratch("test"))
    #expect(test.key.systems[1].settings["precision"] == "bf16" && test.plan.title == "Listening test")
    #expect(test.plan.needsHeadphones == true && test.plan.page.headphoneCheck)
    let attributes = try FileManager.default.attributesOfItem(atPath: scratch("test/key.json"))
    #expect((attributes[.posixPermissions] as? Int ?? 0o777) & 0o222 == 0)
    // It is never changed again.
    let again = try Binary.run(
      ["listen", "prepare", "--method", "mos", "-o", "test", "a=sines"], in: scratch)
    #expect(again.code == 73 && again.errors.contains("test"))
  }

  /// The folder in front, two files, in stereo and out of step: all of it is said.
  @Test func twoFiles() throws {
    let scratch = Scratch()
    var random = PhiloxGenerator(seed: 5, stream: 0)
    let left = (0..<16_000).map { _ in Float.random(in: -0.2...0.2, using: &random) }
    let late = [Float](repeating: 0, count: 336) + left
    for (name, channels) in [
      ("x.wav", [left, left.map { -$0 }]), ("y.wav", [late, late.map { -0.7 * $0 }]),
    ] {
      try SoundFile.write(
        ChannelClip(channels: channels, sampleRate: 16_000), to: scratch(name), format: .wav24)
    }
    let sounds = ["--method", "abx", "A=x.wav", "B=y.wav"]
    let outcome = try Binary.run(["listen", "prepare", "out"] + sounds, in: scratch)
    #expect(outcome.code == 0 && outcome.errors.contains("21.0 ms after A"), "\(outcome.errors)")
    #expect(
      outcome.errors.contains("out: abx, 1 item of 2 sounds in stereo")
        && outcome.errors.contains("MB a trial"))
    let aligned = try Binary.run(["listen", "prepare", "aligned", "--align"] + sounds, in: scratch)
    #expect(aligned.code == 0 && aligned.errors.contains("B lost the first 21.0 ms"), "\(aligned.errors)")
    #expect(try PreparedTest.open(scratch("aligned")).key.items.map(\.channels) == [2])
    let nameless = try Binary.run(["listen", "prepare"] + sounds, in: scratch)
    #expect(nameless.code == 64 && nameless.errors.contains("name the folder to make"), "\(nameless.errors)")
  }

  /// (arguments, exit code, what the message must name)
  @Test(arguments: [
    (["prepare", "--method", "abx", "-o", "t", "A=sines"], 64, "2 systems"),
    (["prepare", "--method", "abx", "-o", "t", "sines", "B=sines"], 64, "NAME=FOLDER"),
    (["prepare", "--method", "guess", "-o", "t", "A=sines"], 64, "--method"),
    (["prepare", "--method", "mos", "-o", "t", "A=sines,colour=red"], 64, "colour"),
    (["prepare", "--method", "mos", "-o", "t", "A/B=sines"], 64, "A/B"),
    (["prepare", "--method", "mos", "-o", "t", "A=nowhere"], 66, "nowhere"),
    (["prepare", "--method", "mos", "-o", "t", "A=none.wav"], 66, "none.wav: no such file"),
    (["prepare", "--method", "mos", "-o", "t", "A=empty"], 66, "empty"),
    (["prepare", "--method", "mos", "-o", "t", "A=empty,seed=1"], 64, "seed"),
    (["prepare", "--method", "mos", "-o", "t", "--trials", "0", "A=sines"], 64, "--trials"),
    (
      ["prepare", "--method", "mos", "-o", "no/where/t", "--items", "1", "--seconds", "0.1", "A=sines"], 73,
      "no/where"
    ),
    (["serve", "nowhere"], 66, "nowhere"), (["serve", "empty"], 66, "prepare"),
    (["serve", "empty", "--bind", "0.0.0.0"], 64, "--token"),
    (["serve", "empty", "--token", "x"], 64, "--token"),
    (["run", "empty"], 66, "prepare"), (["run", "nowhere"], 66, "nowhere"),
    (["serve", "empty", "--host", "http://x/"], 64, "--host"),
    (["run", "empty", "--returning", "Ann"], 64, "--returning Ann"),
  ])
  func refusals(arguments: [String], code: Int32, words: String) throws {
    let scratch = Scratch()
    try FileManager.default.createDirectory(atPath: scratch("empty"), withIntermediateDirectories: true)
    let outcome = try Binary.run(["listen"] + arguments, in: scratch)
    #expect(outcome.code == code && outcome.output.isEmpty, "\(outcome.code) \(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(scratch.names() == ["empty"], "\(scratch.names())")
  }

  @Test func killedAfterEveryAnswer() throws {
    let site = try ListeningSite(method: "abx", trials: 5)
    _ = try site.http.post("/session", "{\"session\":\"\(id)\",\"listener\":\"k\"}")
    for trial in 0..<5 {
      let body =
        #"{"sequence":\#(trial + 1),"trial":\#(trial),"chosen":\#(trial % 2),"seconds":1,"plays":[1,1,1],"switches":2,"looped":false}"#
      let answer = try site.http.post("/session/\(id)/answer", body)
      #expect(answer.status == 200)
      site.kill()
      #expect(site.stored() == trial + 1)
      try site.restart()
      // A page that did not hear the 200 sends it again: stored once, answered in the same way.
      let again = try site.http.post("/session/\(id)/answer", body)
      #expect(again.status == 200 && again.text == answer.text)
      #expect(site.stored() == trial + 1)
    }
    let session = try #require(try site.sessions().first)
    #expect(session.finished && session.answers.map(\.sequence) == [1, 2, 3, 4, 5])
  }

  @Test func stopsOnSignals() throws {
    for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
      let site = try ListeningSite(method: "mos", trials: 2)
      site.server.send(signal)
      let outcome = site.server.end()
      #expect(outcome.code == code && outcome.text == site.url + "\n")
      #expect(outcome.errors.contains("sessions"))
    }
  }

  @Test func interruptedPreparationLeavesNothing() throws {
    let scratch = Scratch()
    let run = try Run(
      ["listen", "prepare", "--method", "mos", "-o", "t", "--items", "200", "--seconds", "60", "a=sines"],
      in: scratch)
    usleep(1_500_000)
    run.send(SIGINT)
    let outcome = run.end()
    #expect(outcome.code == 130 && outcome.errors.contains("nothing was made"), "\(outcome)")
    #expect(scratch.names().isEmpty)
  }

  @Test func portInUse() throws {
    let site = try ListeningSite(method: "mos", trials: 2)
    let outcome = try Binary.run(["listen", "serve", "test", "--port", "\(site.port)"], in: site.scratch)
    #expect(
      outcome.code == 73 && outcome.errors.contains("\(site.port)") && outcome.errors.contains("--port"))
  }

  /// Through ALSA into a file: the terminal plays the stimulus that belongs to the letter.
  @Test func terminal() throws {
    let site = try ListeningSite(method: "abx", trials: 1)
    site.scratch.put(
      """
      pcm.!default { type plug slave.pcm "capture" }
      pcm.capture { type file slave.pcm "sink" file "\(site.scratch("heard.raw"))" format "raw" }
      pcm.sink { type null }
      """, "asound.conf")
    func listen(_ flags: [String]) throws -> Outcome {
      try Binary.run(
        ["listen", "run", "test", "--json"] + flags, in: site.scratch,
        environment: ["ALSA_CONFIG_PATH": site.scratch("asound.conf")],
        input: Array("a\nb\nx 0 0.5\n=b\n".utf8))
    }
    let outcome = try listen(["--listener", "ada"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let session = try #require(try site.sessions().first)
    #expect(session.finished && session.header.listener == "ada" && session.answers[0].looped)
    #expect(site.scratch.exists("heard.raw"))
    #expect(outcome.json["is_complete"] as? Bool == true && outcome.json["listener"] as? String == "ada")
    #expect(outcome.json["session"] as? String == session.header.session)
    // The code at the end joins the next session to this one.
    let code = try #require(outcome.json["code"] as? String)
    #expect(code == session.header.code && outcome.errors.contains("Your code: \(code)"))
    let again = try listen(["--listener", "a.", "--returning", code.uppercased()])
    #expect(again.code == 0, "\(again.errors)")
    #expect(try site.sessions().map(\.header.returning).contains(code))
    let nobody = try listen(["--returning", "00000000"])
    #expect(nobody.code == 65 && nobody.errors.contains("no session here has the code 00000000"))
    let report = try Binary.run(["listen", "report", "test", "--json"], in: site.scratch)
    // Begun in one second, either name may stand for both.
    #expect((report.json["listeners"] as? [Any])?.count == 1, "\(report.errors)")
  }

  /// A terminal has no headphone check: whoever runs it for nothing is told.
  @Test func terminalWithoutHeadphones() throws {
    let site = try ListeningSite(method: "abx", trials: 1, flags: ["--needs-headphones"])
    site.scratch.put("pcm.!default { type null }\n", "asound.conf")
    let outcome = try Binary.run(
      ["listen", "run", "test"], in: site.scratch,
      environment: ["ALSA_CONFIG_PATH": site.scratch("asound.conf")], input: Array("q\n".utf8))
    #expect(outcome.code == 0 && outcome.errors.contains("headphone check"), "\(outcome.errors)")
  }

  @Test func addressAsJSON() throws {
    let site = try ListeningSite(method: "mos", trials: 2)
    site.kill()
    let run = try Run(["listen", "serve", "test", "--port", "0", "--json"], in: site.scratch)
    #expect(run.wait { run.text.hasSuffix("\n") })
    run.send(SIGTERM)
    let outcome = run.end()
    #expect(outcome.code == 143, "\(outcome.errors)")
    #expect((outcome.json["url"] as? String)?.hasPrefix("http://127.0.0.1:") == true)
    #expect(outcome.json["folder"] as? String == "test")
  }
}
