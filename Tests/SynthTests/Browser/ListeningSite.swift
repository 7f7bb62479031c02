// A prepared test and the built `synth` serving it: to be killed and started again on the same port.

import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

@testable import Listening

final class ListeningSite {
  let scratch = Scratch()
  private(set) var server: Run
  let port: UInt16
  let url: String
  let test: PreparedTest

  /// - Parameters:
  ///   - systems: folders of two short tones each
  ///   - channels: 2 has a softer tone in the second, a quarter of a period later
  ///   - files: that flags name, with their text
  ///   - noise: of this many seconds instead of the tones, which no format makes much smaller
  init(
    method: String, trials: Int, systems: [String] = ["alpha", "beta"], noise seconds: Double? = nil,
    flags: [String] = [], channels: Int = 1, files: [String: String] = [:]
  ) throws {
    for (name, text) in files { scratch.put(text, name) }
    for (index, system) in systems.enumerated() {
      try FileManager.default.createDirectory(atPath: scratch(system), withIntermediateDirectories: true)
      for (item, hz) in [("low", 200.0), ("high", 400)] {
        let clip =
          seconds.map { Self.noise(seconds: $0, seed: UInt64(hz) + UInt64(index)) }
          ?? tone(hz + 20 * Double(index), seconds: 1, rate: 16_000, level: 0.2)
        let lag = Int(4000 / hz)
        let other = clip.samples.dropFirst(lag).map { $0 / 2 } + [Float](repeating: 0, count: lag)
        try SoundFile.write(
          ChannelClip(channels: Array([clip.samples, other].prefix(channels)), sampleRate: clip.sampleRate),
          to: scratch("\(system)/\(item).wav"), format: .wav16)
      }
    }
    let compared = systems.filter { $0 != "truth" }.map { "\($0)=\($0)" }
    let reference = systems.contains("truth") ? ["--reference", "truth"] : []
    let made = try Binary.run(
      [
        "listen", "prepare", "--method", method, "-o", "test", "--trials", "\(trials)", "--seed", "3",
        "--title", "A short test",
      ]
        + (method == "mushra" ? ["--anyway"] : []) + reference + flags + compared, in: scratch)
    guard made.code == 0 else { throw Run.Missing(what: made.errors) }
    test = try PreparedTest.open(scratch("test"))
    server = try Run(["listen", "serve", "test", "--port", "0"], in: scratch)
    url = try Self.address(server)
    port = UInt16(try #require(URL(string: url)?.port))
  }

  deinit { server.send(SIGKILL) }

  private static func noise(seconds: Double, seed: UInt64) -> Clip {
    var random = PhiloxGenerator(seed: seed, stream: 0)
    return Clip(
      samples: (0..<Int(seconds * 48_000)).map { _ in Float.random(in: -0.2...0.2, using: &random) },
      sampleRate: 48_000)
  }

  private static func address(_ run: Run) throws -> String {
    guard run.wait(until: { run.text.hasSuffix("/\n") }) else { throw Run.Missing(what: run.errors) }
    return run.text.trimmingCharacters(in: .newlines)
  }

  /// No chance to say goodbye.
  func kill() {
    server.send(SIGKILL)
    _ = server.end()
  }

  func restart() throws {
    server = try Run(["listen", "serve", "test", "--port", "\(port)"], in: scratch)
    #expect(try Self.address(server) == url)
  }

  var http: RawHTTP { RawHTTP(port: port) }
  func sessions() throws -> [SessionRecord] { try SessionRecord.readAll(of: test) }
  /// Answers stored in the only session.
  func stored() -> Int { ((try? sessions())?.first?.answers.count) ?? -1 }
}
