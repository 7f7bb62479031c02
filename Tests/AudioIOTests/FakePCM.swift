// A sound device made of numbers: it takes what fits, plays at its rate by a clock, underruns when it runs dry, and
// can be told to misbehave. What was heard (with silence for gaps) can be looked at afterwards.

import Foundation

@testable import AudioIO

final class FakePCM: PCM {
  let name = "fake"
  let channels: Int
  let sampleRate: Int
  let periodFrames: Int
  let bufferFrames: Int
  /// By hand (advanced by waiting and by the test), or the real one.
  let usesRealClock: Bool
  var manualNow = 0.0

  private(set) var taken: [Int16] = []
  private(set) var drops = 0
  private(set) var starts = 0
  private(set) var drained = false
  private(set) var longestWrite = 0
  private var current = PCMState.prepared
  private var queued = 0
  private var playedUntil = 0.0
  private var pendingXrun = false

  /// Codes to return from the next writes instead of taking samples; 0 goes on as usual.
  var script: [Int] = []
  /// No write takes more than this.
  var shortWrite = Int.max
  /// What `recover` returns.
  var recoverResult: Int32 = 0
  /// Never makes room.
  var isStuck = false

  init(
    sampleRate: Int = 16000, channels: Int = 1, period: Int = 400, buffer: Int = 1600, realClock: Bool = false
  ) {
    self.channels = channels
    self.sampleRate = sampleRate
    periodFrames = period
    bufferFrames = buffer
    usesRealClock = realClock
    playedUntil = now
  }

  var now: Double {
    if !usesRealClock { return manualNow }
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Plays what the clock says.
  private func play() {
    guard current == .running || current == .draining, !isStuck else {
      playedUntil = now
      return
    }
    let due = Int((now - playedUntil) * Double(sampleRate))
    if due <= 0 { return }
    playedUntil += Double(due) / Double(sampleRate)
    if due > queued || (due == queued && current == .draining) {
      pendingXrun = current == .running
      drained = current == .draining
      current = .stopped
      queued = 0
    } else {
      queued -= due
    }
  }

  var state: PCMState {
    play()
    return current
  }

  var delayFrames: Int {
    play()
    return queued
  }

  func write(_ samples: UnsafeBufferPointer<Int16>) -> Int {
    play()
    if let code = script.first {
      script.removeFirst()
      if code != 0 {
        if code == -Int(EPIPE) {
          current = .stopped
          queued = 0
        }
        return code
      }
    }
    if pendingXrun { return -Int(EPIPE) }
    if current == .stopped { return -Int(EBADFD) }
    longestWrite = max(longestWrite, samples.count)
    let count = min(samples.count, bufferFrames - queued, shortWrite)
    if count <= 0 { return -Int(EAGAIN) }
    taken += samples[..<count]
    queued += count
    if current == .prepared && queued == bufferFrames { _ = start() }
    return count
  }

  func wait(milliseconds: Int32) -> Int32 {
    let limit = now + Double(milliseconds) / 1000
    while now < limit {
      play()
      if pendingXrun { return -EPIPE }
      if current == .running && bufferFrames - queued >= periodFrames { return 1 }
      if usesRealClock { usleep(1000) } else { manualNow += 0.001 }
    }
    return 0
  }

  func recover(_ code: Int32) -> Int32 {
    if recoverResult < 0 { return recoverResult }
    guard code == -EPIPE || code == -ESTRPIPE || code == -EINTR else { return code }
    if code != -EINTR {
      pendingXrun = false
      current = .prepared
      queued = 0
    }
    return 0
  }

  func start() -> Int32 {
    guard current == .prepared, queued > 0 else { return -EBADFD }
    starts += 1
    current = .running
    playedUntil = now
    return 0
  }

  func drain() -> Int32 {
    play()
    if current == .running { current = .draining }
    if current != .draining { return 0 }
    if usesRealClock { usleep(1000) } else { manualNow += 0.001 }
    return -EAGAIN
  }

  func drop() {
    drops += 1
    current = .stopped
    queued = 0
  }
}
