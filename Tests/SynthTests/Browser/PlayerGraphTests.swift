// The page's player, sample by sample: its own code, in an OfflineAudioContext of the browser, over the sounds that the
// server gave it, against the stimuli on disk and the formula of the dip.

import Foundation
import Signal
import Testing

@testable import Listening

@Suite(.serialized, .enabled(if: BrowserTests.wanted, BrowserTests.why)) struct PlayerGraphTests {
  private struct Rendered {
    let channels: [[Float]]
    var output: [Float] { channels[0] }
    /// Frames at which the changes began.
    let starts: [Int]
  }

  /// Runs changes on the practice trial's sounds: (sound, second); the first starts, the last with -1 stops.
  private func render(
    _ browser: Chromium, _ changes: [(sound: Int, second: Double)], seconds: Double, rate: Int,
    channels: Int = 1
  ) throws -> Rendered {
    let list = changes.map { "[\($0.sound),\($0.second)]" }.joined(separator: ",")
    let value =
      try browser.evaluate(
        """
        (async () => {
          const { Lockstep } = await import("./graph.js");
          const { Session } = await import("./server.js");
          const { Loader, decode } = await import("./loader.js");
          const session = new Session("graph");
          await session.begin("graph");
          const { sounds } = await new Loader(session, (bytes) => decode(bytes, \(rate))).get(-1).done;
          const context = new OfflineAudioContext(\(channels), Math.round(\(seconds) * \(rate)), \(rate));
          const lockstep = new Lockstep(context, sounds);
          const starts = [\(list)].map(([sound, second], index) =>
            index === 0 ? lockstep.start(sound, second) : sound < 0 ? lockstep.stop(second) : lockstep.choose(sound, second));
          const rendered = await context.startRendering();
          const output = Array.from({ length: \(channels) }, (_, c) => Array.from(rendered.getChannelData(c)));
          return { output, starts: starts.map((t) => t * \(rate)) };
        })()
        """) as? [String: Any]
    let output = try #require(value?["output"] as? [[Double]])
    let starts = try #require(value?["starts"] as? [Double])
    // Every change is on a sample.
    #expect(starts.allSatisfy { abs($0 - $0.rounded()) < 1e-6 })
    return Rendered(channels: output.map { $0.map { Float($0) } }, starts: starts.map { Int($0.rounded()) })
  }

  /// What should come out: each sound behind a gain that is 0 or 1 or on the raised cosine.
  private func expected(
    _ sounds: [[Float]], _ changes: [(sound: Int, second: Double)], _ starts: [Int], count: Int, rate: Int
  ) -> (samples: [Float], isSteady: [Bool]) {
    let fade = Int((0.005 * Double(rate)).rounded())
    var gains = [[Double]](repeating: .init(repeating: 0, count: count), count: sounds.count)
    var isSteady = [Bool](repeating: true, count: count)
    func ramp(_ sound: Int, from start: Int, up: Bool) {
      for n in start..<count {
        let k = min(n - start, fade)
        let down = 0.5 + 0.5 * cos(.pi * Double(k) / Double(fade))
        gains[sound][n] = up ? 1 - down : down
        if k < fade { isSteady[n] = false }
      }
    }
    var selected = changes[0].sound
    ramp(selected, from: starts[0], up: true)
    for (change, start) in zip(changes, starts).dropFirst() {
      ramp(selected, from: start, up: false)
      if change.sound >= 0 {
        ramp(change.sound, from: start + fade, up: true)
        selected = change.sound
      }
    }
    let length = sounds[0].count
    let samples = (0..<count).map { n -> Float in
      if n < starts[0] { return 0 }
      let at = (n - starts[0]) % length
      return Float(sounds.indices.reduce(0.0) { $0 + gains[$1][n] * Double(sounds[$1][at]) })
    }
    return (samples, isSteady)
  }

  @Test(arguments: [48_000, 44_100, 16_000]) func sampleExact(rate: Int) throws {
    let site = try ListeningSite(method: "abx", trials: 2, flags: ["--rate", "\(rate)"])
    let browser = try Chromium()
    try browser.visit(site.url)
    try browser.wait(for: "document.querySelector('input[name=listener]')")
    // Another sound, the same again, twice in a row faster than a switch takes, over the loop's end, and the stop.
    let changes: [(sound: Int, second: Double)] = [
      (0, 0.01), (1, 0.1), (1, 0.2), (2, 0.3), (0, 0.3), (1, 0.302), (2, 1.005), (0, 1.7), (-1, 2.0),
    ]
    let rendered = try render(browser, changes, seconds: 2.2, rate: rate)
    let session = try #require(try site.sessions().first)
    let trial = TrialOrder.training(site.test.key, method: .abx, seed: session.header.seed)
    let sounds = try site.test.method.systems(of: trial, reference: nil).map { system in
      try site.test.sound(site.test.key.items[trial.item].stimuli[system]).channels[0]
    }
    #expect(sounds[0] != sounds[1] && sounds[2] == sounds[trial.x!])
    let (samples, isSteady) = expected(
      sounds, changes, rendered.starts, count: rendered.output.count, rate: rate)
    let errors = zip(rendered.output, samples).map { abs($0 - $1) }
    let steady = zip(errors, isSteady).filter(\.1).map(\.0)
    #expect(steady.max()! <= 1e-7, "\(steady.max()!) outside the switches")
    #expect(errors.max()! <= 1e-5, "\(errors.max()!) within the switches")
    #expect(isSteady.count { !$0 } > 16 * rate / 250 && rendered.output.contains { abs($0) > 0.1 })
    // The comparison can fail: one sample late is seen.
    let late = zip(rendered.output.dropFirst(), samples).map { abs($0 - $1) }
    #expect(late.max()! > 1e-3)
    // Switches that came too fast were put one after the other.
    #expect(
      zip(rendered.starts, rendered.starts.dropFirst()).allSatisfy {
        $1 - $0 >= 2 * Int(0.005 * Double(rate))
      })
  }

  /// Each channel by itself, neither folded nor swapped.
  @Test func twoChannels() throws {
    let site = try ListeningSite(method: "ab", trials: 2, channels: 2)
    let browser = try Chromium()
    try browser.visit(site.url)
    try browser.wait(for: "document.querySelector('input[name=listener]')")
    let rendered = try render(
      browser, [(0, 0.01), (1, 0.3), (-1, 0.9)], seconds: 1, rate: 48_000, channels: 2)
    let session = try #require(try site.sessions().first)
    let trial = TrialOrder.training(site.test.key, method: .ab, seed: session.header.seed)
    let sounds = try trial.order.map { try site.test.sound(site.test.key.items[trial.item].stimuli[$0]) }
    for (channel, samples) in rendered.channels.enumerated() {
      for (sound, from, to) in [(0, 0.02, 0.29), (1, 0.32, 0.89)] {
        let errors = (Int(from * 48_000)..<Int(to * 48_000)).map { frame in
          abs(samples[frame] - sounds[sound].channels[channel][frame - rendered.starts[0]])
        }
        #expect(errors.max()! <= 1e-7, "channel \(channel) of sound \(sound)")
      }
    }
    let (left, right) = (sounds[0].channels[0], sounds[0].channels[1])
    #expect(zip(left, right).contains { abs($0 - $1) > 0.05 } && right.contains { abs($0) > 0.05 })
  }

  /// The tone of the volume page has the loudness that it was told, by the meter that measured the sounds.
  @Test func tone() throws {
    let site = try ListeningSite(method: "abx", trials: 2)
    let browser = try Chromium()
    try browser.visit(site.url)
    for lufs in [site.test.plan.levelLufs, -12, -40] {
      let output = try #require(
        try browser.evaluate(
          """
          (async () => {
            const { Tone } = await import("./player.js");
            const context = new OfflineAudioContext(1, 96000, 48000);
            context.resume = () => {};
            new Tone(context, \(lufs)).toggle();
            return Array.from((await context.startRendering()).getChannelData(0));
          })()
          """) as? [Double])
      let heard = try #require(
        LoudnessMeter.loudness(
          ChannelClip(channels: [output.dropFirst(24_000).map { Float($0) }], sampleRate: 48_000)))
      #expect(abs(heard - lufs) < 0.1, "\(heard) for \(lufs)")
    }
    let levels = site.test.key.items.flatMap(\.stimuli).compactMap(\.loudnessLufs)
    #expect(levels.allSatisfy { abs($0 - site.test.plan.levelLufs) < 4 })
  }

  /// In ABX the sound that plays and its copy behind X must not be told apart by the switch.
  @Test func sameDipForTheSameAndForACopy() throws {
    let site = try ListeningSite(method: "abx", trials: 2)
    let browser = try Chromium()
    try browser.visit(site.url)
    try browser.wait(for: "document.querySelector('input[name=listener]')")
    // Begins the session, from which it follows which sound X copies.
    _ = try render(browser, [(0, 0.01)], seconds: 0.1, rate: 48_000)
    let seed = try #require(try site.sessions().first).header.seed
    let copied = TrialOrder.training(site.test.key, method: .abx, seed: seed).x!
    let same = try render(browser, [(copied, 0.01), (copied, 0.2)], seconds: 0.4, rate: 48_000)
    let copy = try render(browser, [(copied, 0.01), (2, 0.2)], seconds: 0.4, rate: 48_000)
    let difference = zip(same.output, copy.output).map { abs($0 - $1) }.max()!
    #expect(same.starts == copy.starts && difference < 1e-6, "\(difference)")
    #expect(abs(same.output[same.starts[1] + 240]) < 1e-6, "silence in the middle of the dip")
  }

  /// A part that is repeated has faded ends where it was cut, and is untouched inside.
  @Test func parts() throws {
    let site = try ListeningSite(method: "abx", trials: 2)
    let browser = try Chromium()
    try browser.visit(site.url)
    let value =
      try browser.evaluate(
        """
        (async () => {
          const { cutPart } = await import("./graph.js");
          const ones = new Float32Array(1000).fill(1);
          return [[0, 1000], [100, 700], [0, 700], [100, 1000]].map(([a, b]) => Array.from(cutPart(ones, a, b, 240)));
        })()
        """) as? [[Double]]
    let parts = try #require(value)
    #expect(parts[0] == [Double](repeating: 1, count: 1000))
    #expect(parts[1].count == 600 && parts[1][0] == 0 && parts[1][240] == 1 && parts[1].last == 0)
    for k in 0..<240 {
      #expect(
        abs(parts[1][k] - (0.5 - 0.5 * cos(.pi * Double(k) / 240))) < 1e-6 && parts[1][k] == parts[1][599 - k]
      )
    }
    #expect(parts[2][0] == 1 && parts[2].last == 0 && parts[3][0] == 0 && parts[3].last == 1)
  }
}
