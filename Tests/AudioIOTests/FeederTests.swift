// Feeding a device: nothing lost, nothing doubled, whatever it does. Clocks by hand, so exact.

import Foundation
import TestSupport
import Testing

@testable import AudioIO

@Suite struct FeederTests {
  let samples = (0..<5000).map { Int16(truncatingIfNeeded: $0 &* 7919) }

  func played(_ pcm: FakePCM, _ body: (inout PCMFeeder) throws -> Void) rethrows -> PCMFeeder {
    var feeder = PCMFeeder(pcm)
    try body(&feeder)
    return feeder
  }

  /// All samples once and in order, then silence up to the period.
  func expectWhole(_ pcm: FakePCM, _ wanted: [Int16]) {
    #expect(Array(pcm.taken.prefix(wanted.count)) == wanted)
    #expect(pcm.taken.dropFirst(wanted.count).allSatisfy { $0 == 0 })
    #expect(pcm.taken.count % pcm.periodFrames == 0 && pcm.taken.count - wanted.count < pcm.periodFrames)
  }

  @Test func pacesAndDrains() throws {
    let pcm = FakePCM()
    let feeder = try played(pcm) {
      try $0.push(samples, isStopped: { false })
      try $0.finish(isStopped: { false })
    }
    expectWhole(pcm, samples)
    #expect(feeder.underruns.isEmpty && feeder.position == pcm.taken.count)
    #expect(pcm.drained && pcm.starts == 1)
    #expect(abs(pcm.now - Double(pcm.taken.count) / 16000) < 0.01)  // as long as it sounds
  }

  @Test(arguments: [1, 3, 399, 400, 401, 1599]) func shorterThanTheBuffer(count: Int) throws {
    let pcm = FakePCM()
    let part = Array(samples.prefix(count))
    _ = try played(pcm) {
      try $0.push(part, isStopped: { false })
      #expect(pcm.state == .prepared)
      try $0.finish(isStopped: { false })
    }
    expectWhole(pcm, part)
    #expect(pcm.starts == 1 && pcm.drained)
  }

  @Test func nothingAtAll() throws {
    let pcm = FakePCM()
    _ = try played(pcm) { try $0.finish(isStopped: { false }) }
    #expect(pcm.taken.isEmpty && pcm.starts == 0)
  }

  @Test(arguments: [1, 7, 100]) func shortWrites(limit: Int) throws {
    let pcm = FakePCM()
    pcm.shortWrite = limit
    _ = try played(pcm) {
      try $0.push(samples, isStopped: { false })
      try $0.finish(isStopped: { false })
    }
    expectWhole(pcm, samples)
  }

  @Test func errorsRetryTheSameSamples() throws {
    for code in [EPIPE, ESTRPIPE, EINTR, EAGAIN] {
      let pcm = FakePCM()
      pcm.shortWrite = 300
      pcm.script = [0, 0, -Int(code), 0, -Int(code), -Int(code), 0]
      let feeder = try played(pcm) {
        try $0.push(samples, isStopped: { false })
        try $0.finish(isStopped: { false })
      }
      expectWhole(pcm, samples)
      #expect(feeder.underruns.count == (code == EPIPE ? 3 : 0))
    }
  }

  @Test func underrunIsCountedAndMeasured() throws {
    let pcm = FakePCM()
    let feeder = try played(pcm) {
      try $0.push(Array(samples[..<2000]), isStopped: { false })
      pcm.manualNow += 0.5  // 0.1 s at most are in the buffer
      try $0.push(Array(samples[2000...]), isStopped: { false })
      try $0.finish(isStopped: { false })
    }
    expectWhole(pcm, samples)
    #expect(feeder.underruns.count == 1)
    #expect(feeder.underruns.first?.position == 2000)
    #expect(abs((feeder.underruns.first?.seconds ?? 0) - 0.4) < 0.03)
    #expect(pcm.starts == 2)
  }

  @Test func givesUp() throws {
    let stuck = FakePCM()
    stuck.isStuck = true
    #expect(
      caseName(error { _ = try played(stuck) { try $0.push(samples, isStopped: { false }) } })
        == "deviceFailed")
    #expect(stuck.now > 9 && stuck.now < 12)
    let gone = FakePCM()
    gone.script = [0, -Int(ENODEV)]
    gone.shortWrite = 100
    let found = error { _ = try played(gone) { try $0.push(samples, isStopped: { false }) } }
    #expect(found == .deviceFailed(device: "fake", reason: "No such device"))
    let circling = FakePCM()
    circling.script = [Int](repeating: -Int(EPIPE), count: 1000)
    #expect(
      caseName(error { _ = try played(circling) { try $0.push(samples, isStopped: { false }) } })
        == "deviceFailed")
    #expect(circling.script.count > 900)
  }

  @Test func stops() throws {
    let pcm = FakePCM()
    let feeder = try played(pcm) {
      try $0.push(samples, isStopped: { pcm.taken.count >= 1600 })
      try $0.finish(isStopped: { true })
    }
    #expect(feeder.position == 1600)
  }
}
