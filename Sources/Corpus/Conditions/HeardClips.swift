// Listening to recordings: each clip that a corpus tells anything about is decoded again and heard, several files at a time,
// unless the cache has it. Nothing is left behind if it is broken off, but for entries of the cache that are whole.
import AudioIO
import Dispatch
import Files
import Signal
import Synchronization

/// How far it is.
package struct HearingProgress: Hashable, Sendable {
  package var clips = 0
  package var allClips: Int
  package var samples = 0
  package var allSamples: Int
}

/// A part of a recording, heard as a clip of its own.
struct HeardClip: Hashable, Sendable {
  /// FileName.key.
  private let key: [UInt8]
  let path: String
  /// Of the file's samples.
  let range: Range<Int>
  /// Samples of the whole file.
  let fileSamples: Int

  init(path: String, _ range: Range<Int>, fileSamples: Int) {
    key = FileName.key(path)
    (self.path, self.range, self.fileSamples) = (path, range, fileSamples)
  }

  var samples: Int { range.count }

  static func == (a: HeardClip, b: HeardClip) -> Bool { a.key == b.key && a.range == b.range }
  func hash(into hasher: inout Hasher) {
    hasher.combine(key)
    hasher.combine(range)
  }
}

/// How to listen.
struct Ear: Sendable {
  let sampleRate: Int
  let channel: ChannelChoice
  /// Samples of a frame.
  let frame: Int
  /// nil keeps what is heard in memory.
  let cache: TokenCache?
  let threads: Int
  let progress: @Sendable (HearingProgress) -> Void

  func frames(_ clip: HeardClip) -> Int { (clip.samples + frame - 1) / frame }

  private func key(_ clip: HeardClip, _ hearing: Hearing, _ content: String) -> ControlKey {
    ControlKey(
      content: content, sampleRate: sampleRate, channel: channel.rawValue, frame: frame, hearing: hearing,
      range: clip.range)
  }

  func cached(_ clip: HeardClip, _ hearing: Hearing) -> HeardControls? {
    guard let cache, let source = SourceKey(path: clip.path), let content = cache.content(source) else {
      return nil
    }
    return cache.load(key(clip, hearing, content), frames: frames(clip))
  }

  /// Hears a clip, and stores it.
  /// - threads: for this clip alone
  /// - Returns: in the order of `hearings`; and why they could not be stored.
  func hear(
    _ clip: HeardClip, _ hearings: [Hearing], threads: Int
  ) throws(CorpusError) -> (heard: [HeardControls], trouble: String?) {
    // Before the file is read: should it change, the entry is not found again.
    let source = SourceKey(path: clip.path)
    var listeners = hearings.map {
      ControlListener($0.kept, frame: frame, sampleRate: sampleRate, threads: threads)
    }
    var count = 0
    do throws(AudioIOError) {
      _ = try SoundFile.readPieces(clip.path, sampleRate: sampleRate, channel: channel) {
        samples throws(AudioIOError) in
        let part = (count..<count + samples.count).clamped(to: clip.range)
        if !part.isEmpty {
          let first = samples.startIndex - count
          for i in listeners.indices {
            listeners[i].add(samples[first + part.lowerBound..<first + part.upperBound])
          }
        }
        count += samples.count
      }
    } catch {
      throw .changedWhileRead(path: clip.path, reason: error.reason)
    }
    if count != clip.fileSamples {
      throw .changedWhileRead(
        path: clip.path, reason: "it had \(clip.fileSamples) samples, and now \(count)")
    }
    var (all, trouble): ([HeardControls], String?) = ([], nil)
    for (i, hearing) in hearings.enumerated() {
      var heard = HeardControls(listeners[i].finish(), width: hearing.kept.count)
      if let cache, let source, SourceKey(path: clip.path) == source {
        do throws(FileError) {
          let content = try cache.contentOrRead(source, path: clip.path)
          heard = try cache.store(heard, key(clip, hearing, content))
        } catch {
          trouble = "what was heard is kept in memory, since \(cache.folder) cannot be written: \(error)"
        }
      }
      all.append(heard)
    }
    return (all, trouble)
  }
}

/// What was heard of a corpus' clips.
struct HeardClips: Sendable {
  private struct Key: Hashable {
    let clip: HeardClip
    let hearing: Hearing
  }
  private var all: [Key: HeardControls] = [:]
  /// Samples of the frames of `all`; what was heard at others is heard again.
  private var frame = 0
  /// Why the cache could not be written.
  private(set) var trouble: String?

  subscript(clip: HeardClip, hearing: Hearing) -> HeardControls {
    guard let heard = all[Key(clip: clip, hearing: hearing)] else {
      preconditionFailure("\(clip.path) was not heard by \(hearing)")
    }
    return heard
  }

  /// Hears what is missing.
  /// - Throws: `changedWhileRead`, of the longest file that it happens to.
  mutating func hear(_ clips: [HeardClip], _ hearings: [Hearing], _ ear: Ear) throws(CorpusError) {
    if frame != ear.frame { (all, frame) = ([:], ear.frame) }
    var jobs: [(clip: HeardClip, hearings: [Hearing])] = []
    for clip in Set(clips) {
      var missing: [Hearing] = []
      for hearing in hearings where all[Key(clip: clip, hearing: hearing)] == nil {
        if let heard = ear.cached(clip, hearing) {
          all[Key(clip: clip, hearing: hearing)] = heard
        } else {
          missing.append(hearing)
        }
      }
      if !missing.isEmpty { jobs.append((clip, missing)) }
    }
    // The longest first: the threads then end at about the same time.
    jobs.sort { a, b in
      a.clip.samples != b.clip.samples
        ? a.clip.samples > b.clip.samples : FileName.precedes(a.clip.path, b.clip.path)
    }
    if jobs.isEmpty { return }
    var (heard, trouble) = try HeardClips.run(jobs, ear)
    do throws(FileError) { try ear.cache?.flush() } catch { trouble = trouble ?? "\(error)" }
    self.trouble = trouble ?? self.trouble
    for (job, results) in zip(jobs, heard) {
      for (hearing, result) in zip(job.hearings, results) {
        all[Key(clip: job.clip, hearing: hearing)] = result
      }
    }
  }

  private struct Shared {
    var progress: HearingProgress
    var heard: [[HeardControls]]
    var trouble: String?
    var failure: (job: Int, error: CorpusError)?
  }

  private static func run(
    _ jobs: [(clip: HeardClip, hearings: [Hearing])], _ ear: Ear
  ) throws(CorpusError) -> (heard: [[HeardControls]], trouble: String?) {
    let samples = jobs.reduce(0) { $0 + $1.clip.samples }
    let shared = Mutex(
      Shared(
        progress: HearingProgress(allClips: jobs.count, allSamples: samples),
        heard: jobs.map { _ in [] }))
    let next = Atomic(0)
    ear.progress(HearingProgress(allClips: jobs.count, allSamples: samples))
    let atOnce = max(1, min(ear.threads, jobs.count))
    DispatchQueue.concurrentPerform(iterations: atOnce) { _ in
      while true {
        let job = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if job >= jobs.count || shared.withLock({ $0.failure != nil }) { return }
        let clip = jobs[job].clip
        do throws(CorpusError) {
          let (heard, trouble) = try ear.hear(
            clip, jobs[job].hearings, threads: max(1, ear.threads / atOnce))
          let progress = shared.withLock { shared in
            shared.heard[job] = heard
            shared.trouble = shared.trouble ?? trouble
            shared.progress.clips += 1
            shared.progress.samples += clip.samples
            return shared.progress
          }
          ear.progress(progress)
        } catch {
          shared.withLock { if job < $0.failure?.job ?? .max { $0.failure = (job, error) } }
        }
      }
    }
    return try shared.withLock { shared throws(CorpusError) in
      if let failure = shared.failure { throw failure.error }
      return (shared.heard, shared.trouble)
    }
  }
}
