// Player: its thread and queue with a device that keeps real time, and ALSA itself through its "file" device, which
// needs no sound card: the captured bytes are the samples.

import Foundation
import Signal
import TestSupport
import Testing

@testable import AudioIO

@Suite(.serialized) struct PlayerTests {
  @Test func preRollOfSlowMaking() {
    #expect(abs(Player.preRoll(seconds: 10, speed: 0.8) - 2.5) < 1e-9)
    #expect(Player.preRoll(seconds: 10, speed: 8) == 0.5)
    #expect(Player.preRoll(seconds: 0.3, speed: 8) == 0.3)
    #expect(Player.preRoll(seconds: 10, speed: 0.01) == 10)
  }

  /// Made at 0.7 times real time in pieces: with the right pre-roll there is no gap.
  @Test(arguments: [true, false]) func slowMaking(isPreRolled: Bool) throws {
    let seconds = 1.2
    let pcm = FakePCM(sampleRate: 8000, period: 160, buffer: 800, realClock: true)
    let player = Player(pcm: pcm, preRoll: isPreRolled ? seconds * 0.3 + 0.5 : 0.02)
    let made = noise(Int(seconds * 8000))
    for start in stride(from: 0, to: made.count, by: 400) {
      Thread.sleep(forTimeInterval: 0.05 / 0.7)
      try player.write(Array(made[start...].prefix(400)))
    }
    try player.drain()
    #expect(pcm.taken.prefix(made.count).elementsEqual(PCM16.quantize(made)))
    if isPreRolled { #expect(player.underruns.isEmpty) } else { #expect(!player.underruns.isEmpty) }
    #expect(player.playedSeconds >= seconds)
  }

  @Test func queueIsBounded() throws {
    let pcm = FakePCM(sampleRate: 8000, period: 160, buffer: 800, realClock: true)
    let player = Player(pcm: pcm, preRoll: 0)
    let start = pcm.now
    try player.write([Float](repeating: 0.1, count: 8000 * 2))  // 2 s, of which 1.1 + 0.1 s fit
    #expect(pcm.now - start > 0.6)
    player.drop()
    #expect(pcm.now - start < 5)
    #expect(pcm.drops == 1)
    try player.write([0, 0])  // after the end: nothing
    try player.drain()
  }

  @Test func dropInterruptsAWaitingWrite() throws {
    let pcm = FakePCM(sampleRate: 8000, period: 160, buffer: 800, realClock: true)
    let player = Player(pcm: pcm, preRoll: 0)
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.2)
      player.drop()
    }
    let start = pcm.now
    try player.write([Float](repeating: 0.1, count: 8000 * 60))
    #expect(pcm.now - start < 5)
  }

  @Test func failureReachesTheWriter() throws {
    let pcm = FakePCM(sampleRate: 8000, period: 160, buffer: 800, realClock: true)
    pcm.script = [0, -Int(ENODEV)]
    let player = Player(pcm: pcm, preRoll: 0)
    let found = error { for _ in 0..<100 { try player.write([Float](repeating: 0, count: 800)) } }
    #expect(caseName(found) == "deviceFailed")
    #expect(error { try player.drain() } == found)
    #expect(caseName(error { try player.write([.nan]) }) == "unwritableSample")
  }

  @Test func droppedWithoutAWord() {
    let pcm = FakePCM(realClock: true)
    do { _ = Player(pcm: pcm, preRoll: 1) }
    #expect(pcm.drops == 1)
  }

  // ALSA's own "file" device over its "null" device.

  @Test(arguments: [(1, 16000), (100, 8000), (3200, 16000), (40000, 16000), (100_000, 44100)])
  func capturedBytes(count: Int, rate: Int) throws {
    let scratch = Scratch()
    let samples = noise(count, level: 1.1)
    let player = try Player(device: "file:'\(scratch("out.raw"))',raw", sampleRate: rate)
    for start in stride(from: 0, to: count, by: 777) {
      try player.write(Array(samples[start...].prefix(777)))
    }
    try player.drain()
    let captured = bytes(scratch("out.raw"))
    let wanted = PCM16.quantize(samples).flatMap {
      [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
    }
    #expect(captured.prefix(wanted.count).elementsEqual(wanted))
    #expect(captured.dropFirst(wanted.count).allSatisfy { $0 == 0 })
    #expect(captured.count - wanted.count < rate)  // up to a period of silence
    #expect(player.underruns.isEmpty)
  }

  @Test func noDevice() {
    let found = error { _ = try Player(device: "no_such_device", sampleRate: 16000) }
    if case .noDevice = found {} else { Issue.record("\(String(describing: found))") }
    #expect(found?.description.contains("\n") == false)
    _ = AudioDevice.all()  // whatever there is, it does not crash
  }
}
