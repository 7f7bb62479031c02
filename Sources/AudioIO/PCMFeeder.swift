// Every sample into the device, in order, whatever the device does: short writes, full buffers, underruns, suspends.
// After a recovery the same samples are tried again. Single-threaded; Player runs it in a thread of its own.

import Glibc

/// A gap in playback because samples came too late.
public struct Underrun: Hashable, Sendable {
  /// How many samples had been handed over when it was noticed.
  public let position: Int
  /// Estimated silence in seconds.
  public let seconds: Double
}

struct PCMFeeder {
  /// A device that takes nothing for this long, in seconds, has failed.
  static let patience = 10.0
  /// Recoveries in a row without a sample in between, after which it has failed.
  static let attempts = 20

  let pcm: any PCM
  /// Samples the device has taken.
  private(set) var position = 0
  private(set) var underruns: [Underrun] = []
  /// When the device will have played what it has.
  private var emptyAt: Double?
  private var recoveries = 0

  init(_ pcm: any PCM) { self.pcm = pcm }

  /// Hands over all samples, waiting for room; returns early if `isStopped` turns true.
  /// - Throws: `deviceFailed`.
  mutating func push(_ samples: [Int16], isStopped: () -> Bool) throws(AudioIOError) {
    var done = 0
    var since = pcm.now
    while done < samples.count && !isStopped() {
      let count = samples.withUnsafeBufferPointer { pcm.write(UnsafeBufferPointer(rebasing: $0[done...])) }
      if count > 0 {
        done += count
        position += count
        recoveries = 0
        since = pcm.now
        emptyAt = pcm.state == .running ? since + Double(pcm.delayFrames) / Double(pcm.sampleRate) : nil
      } else if count == 0 || count == -Int(EAGAIN) {
        if pcm.now - since > PCMFeeder.patience {
          throw .deviceFailed(device: pcm.name, reason: "it took no samples for \(Int(PCMFeeder.patience)) s")
        }
        if pcm.state == .prepared { try check(pcm.start()) }
        try check(pcm.wait(milliseconds: 100))
      } else {
        try check(Int32(clamping: count))
      }
    }
  }

  /// Fills up the last period, starts a device that never filled, and waits until all is heard.
  mutating func finish(isStopped: () -> Bool) throws(AudioIOError) {
    guard position > 0, !isStopped() else { return }
    let rest = position % pcm.periodFrames
    if rest > 0 {
      try push([Int16](repeating: 0, count: pcm.periodFrames - rest), isStopped: isStopped)
    }
    if pcm.state == .prepared { try check(pcm.start()) }
    let limit = pcm.now + Double(pcm.bufferFrames) / Double(pcm.sampleRate) + 2
    while !isStopped(), pcm.drain() == -EAGAIN, pcm.now < limit {}
  }

  /// Recovers from an error code; 0 and more are fine.
  private mutating func check(_ code: Int32) throws(AudioIOError) {
    if code >= 0 || code == -EAGAIN { return }
    if code == -EPIPE {
      underruns.append(Underrun(position: position, seconds: emptyAt.map { max(0, pcm.now - $0) } ?? 0))
      emptyAt = nil
    }
    recoveries += 1
    let result = pcm.recover(code)
    if result < 0 || recoveries > PCMFeeder.attempts {
      throw .deviceFailed(device: pcm.name, reason: Descriptor.reason(-(result < 0 ? result : code)))
    }
  }
}
