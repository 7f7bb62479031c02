// The half of Player that two threads share: the queue, its lock, and the thread that feeds the device.

import Glibc

/// `@unchecked Sendable`: every property but `feeder` is used under `mutex`; `feeder` belongs to the feeding thread.
final class PlayerFeed: @unchecked Sendable {
  enum Ending { case drain, drop }

  let name: String
  private let sampleRate: Int
  private let preRollFrames: Int
  private let queueLimit: Int
  private let pieceSize: Int
  private let channels: Int
  private var feeder: PCMFeeder

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var queue: [Int16] = []
  private var head = 0
  private var ending: Ending?
  private var isOver = false
  private var failure: AudioIOError?
  private var underruns: [Underrun] = []
  private var playedFrames = 0

  init(pcm: any PCM, preRoll: Double) {
    name = pcm.name
    sampleRate = pcm.sampleRate
    channels = pcm.channels
    preRollFrames = max(1, Int(max(0, preRoll) * Double(pcm.sampleRate)))
    // Both hold whole frames, so that no frame is ever parted.
    queueLimit = (max(preRollFrames, pcm.bufferFrames) + pcm.sampleRate) / channels * channels
    pieceSize = max(pcm.periodFrames, pcm.sampleRate / 20 / channels * channels)
    feeder = PCMFeeder(pcm)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  private func locked<T>(_ body: () -> T) -> T {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Starts the thread, which holds on to this until it ends.
  func launch() {
    var thread = pthread_t()
    let me = Unmanaged.passRetained(self).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { argument in
        let feed = Unmanaged<PlayerFeed>.fromOpaque(argument!).takeRetainedValue()
        feed.run()
        return nil
      }, me)
    precondition(code == 0, "no thread for playback: \(Descriptor.reason(code))")
    pthread_detach(thread)
  }

  /// Adds samples once there is room for them.
  func append(_ samples: [Int16]) throws(AudioIOError) {
    precondition(samples.count % channels == 0, "\(samples.count) samples of \(channels) channels")
    var rest = samples[...]
    while !rest.isEmpty {
      locked {
        while queue.count - head >= queueLimit && !isOver && ending == nil {
          pthread_cond_wait(changed, mutex)
        }
        let taken = rest.prefix(queueLimit - (queue.count - head))
        queue.append(contentsOf: taken)
        rest = isOver || ending != nil ? [] : rest.dropFirst(taken.count)
        pthread_cond_broadcast(changed)
      }
      try check()
    }
  }

  /// Asks for the end and waits for it.
  func end(_ how: Ending) {
    locked {
      if ending != .drop { ending = how }
      pthread_cond_broadcast(changed)
      while !isOver { pthread_cond_wait(changed, mutex) }
    }
  }

  /// Throws what stopped the feeding thread.
  func check() throws(AudioIOError) {
    if let failure = locked({ failure }) { throw failure }
  }

  var report: (underruns: [Underrun], played: Double) {
    locked { (underruns, Double(playedFrames) / Double(sampleRate)) }
  }

  private var isDropped: Bool { locked { ending == .drop } }

  /// The next piece for the device; `nil` at the end. The first waits for the pre-roll.
  private func nextPiece(first: Bool) -> [Int16]? {
    locked {
      while ending == nil && queue.count - head < (first ? preRollFrames : 1) {
        pthread_cond_wait(changed, mutex)
      }
      if ending == .drop || head == queue.count { return nil }
      let piece = Array(queue[head...].prefix(pieceSize))
      head += piece.count
      if head > 1 << 16 || head == queue.count {
        queue.removeFirst(head)
        head = 0
      }
      pthread_cond_broadcast(changed)
      return piece
    }
  }

  /// The feeding thread.
  private func run() {
    var problem: AudioIOError?
    do throws(AudioIOError) {
      var first = true
      while let piece = nextPiece(first: first) {
        first = false
        try feeder.push(piece) { isDropped }
        note()
      }
      try feeder.finish { isDropped }
      note()
    } catch {
      problem = error
    }
    if problem != nil || isDropped { feeder.pcm.drop() }
    locked {
      failure = problem
      isOver = true
      pthread_cond_broadcast(changed)
    }
  }

  private func note() {
    let heard = feeder.position - feeder.pcm.delayFrames
    locked {
      underruns = feeder.underruns
      playedFrames = max(playedFrames, heard)
    }
  }
}
