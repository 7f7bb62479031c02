// Reading recordings: what the cache has is taken from there, the rest is decoded on all cores, the longest files first, block by block, into the
// cache. Broken off at any moment it has lost two seconds, and goes on where it was. What is then done with them: FolderCorpus.swift.
import AudioIO
import Dispatch
import Files
import Signal
import Synchronization

/// How far reading is.
package struct ScanProgress: Hashable, Sendable {
  package var files = 0
  package var allFiles: Int
  /// Of the files on the disk, of those that the cache has not.
  package var bytes = 0
  package var allBytes = 0
}

/// Files, read.
struct CorpusScan {
  /// In the order of the paths.
  private(set) var recordings: [Recording] = []
  private(set) var skipped: [SkippedFile] = []
  /// Those that say that they were generated here.
  private(set) var generated: [String] = []
  /// Why the cache is not used; nil if it is.
  private(set) var trouble: String?

  /// More bytes of codes than this are not kept in memory where there is no cache to keep them in.
  static let memoryLimit = 1 << 30

  private enum Outcome {
    case read(Tokens, isGenerated: Bool)
    case skipped(SkippedFile)
  }

  private struct Shared {
    var outcomes: [Outcome?]
    var progress: ScanProgress
    var memory = 0
    var trouble: String?
    var failure: CorpusError?
  }

  /// - Throws: `cacheUnwritable` if codes would fill the memory.
  init(
    _ paths: [String], _ options: FolderOptions, _ cache: TokenCache?, threads: Int,
    progress: @escaping @Sendable (ScanProgress) -> Void
  ) throws(CorpusError) {
    let reader = Reader(options: options, cache: cache, table: MuLawTable(levels: options.quantizationLevels))
    var outcomes = [Outcome?](repeating: nil, count: paths.count)
    var jobs: [(file: Int, size: Int)] = []
    for (i, path) in paths.enumerated() {
      if let (tokens, isGenerated) = reader.cached(path) {
        outcomes[i] = .read(tokens, isGenerated: isGenerated)
      } else {
        jobs.append((i, Disk.status(path)?.size ?? 0))
      }
    }
    jobs.sort { $0.size != $1.size ? $0.size > $1.size : $0.file < $1.file }
    let shared = Mutex(
      Shared(
        outcomes: outcomes,
        progress: ScanProgress(
          files: paths.count - jobs.count, allFiles: paths.count, allBytes: jobs.reduce(0) { $0 + $1.size })))
    progress(shared.withLock { $0.progress })
    let next = Atomic(0)
    let queue = jobs
    if !queue.isEmpty {
      DispatchQueue.concurrentPerform(iterations: max(1, min(threads, queue.count))) { _ in
        while true {
          let job = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if job >= queue.count || shared.withLock({ $0.failure != nil }) { return }
          let (outcome, trouble) = reader.read(paths[queue[job].file])
          let now = shared.withLock { shared in
            shared.outcomes[queue[job].file] = outcome
            if let trouble { shared.trouble = shared.trouble ?? trouble }
            if case .read(let tokens, _) = outcome { shared.memory += tokens.memory }
            if let cache, let trouble = shared.trouble, shared.memory > CorpusScan.memoryLimit {
              shared.failure = .cacheUnwritable(folder: cache.folder, reason: trouble)
            }
            shared.progress.files += 1
            shared.progress.bytes += queue[job].size
            return shared.progress
          }
          progress(now)
        }
      }
    }
    var found = try shared.withLock { shared throws(CorpusError) in
      if let failure = shared.failure { throw failure }
      return shared
    }
    if let cache {
      do throws(FileError) { try cache.flush() } catch { found.trouble = found.trouble ?? "\(error)" }
      trouble = found.trouble.map {
        "codes are kept in memory, since \(cache.folder) cannot be written: \($0)"
      }
    }
    for (path, outcome) in zip(paths, found.outcomes) {
      switch outcome {
      case .read(let tokens, let isGenerated):
        recordings.append(Recording(path: path, tokens: tokens))
        if isGenerated { generated.append(path) }
      case .skipped(let file): skipped.append(file)
      case nil: preconditionFailure("\(path) was not read")
      }
    }
  }

  /// Reads one file, on any thread.
  private struct Reader: Sendable {
    let options: FolderOptions
    let cache: TokenCache?
    let table: MuLawTable

    func cached(_ path: String) -> (Tokens, isGenerated: Bool)? {
      guard let cache, let source = SourceKey(path: path), let content = cache.content(source),
        let (tokens, isGenerated) = cache.load(cache.key(content, options), options)
      else { return nil }
      return (tokens, isGenerated)
    }

    /// - Returns: also why the cache could not be written.
    func read(_ path: String) -> (Outcome, trouble: String?) {
      do throws(AudioIOError) {
        let source = SourceKey(path: path)
        var trouble: String?
        // What cannot be read now is found out below, in its own words.
        if let cache, let source, let content = try? cache.contentOrRead(source, path: path) {
          do throws(FileError) {
            let key = cache.key(content, options)
            // Of another path.
            if let (tokens, isGenerated) = cache.load(key, options) {
              return (.read(tokens, isGenerated: isGenerated), nil)
            }
            return (try stored(path, source, key, cache), nil)
          } catch {
            trouble = "\(error)"
          }
        }
        var (encoder, bytes) = (TokenEncoder(table, sampleRate: options.sampleRate), [UInt8]())
        let traits = try decode(path) { bytes += encoder.bytes($0) }
        let facts = encoder.finished(traits)
        if facts.count == 0 { throw .noSamples(path: path) }
        if SourceKey(path: path) != source { return (Reader.changed(path), nil) }
        let tokens = Tokens(memory: bytes, facts, levels: table.levels)
        return (.read(tokens, isGenerated: MadeFolders.isGenerated(path)), trouble)
      } catch {
        return (.skipped(SkippedFile(error, path: path)), nil)
      }
    }

    /// Decodes into the cache.
    /// - Throws: if the cache cannot be written.
    private func stored(
      _ path: String, _ source: SourceKey, _ key: String, _ cache: TokenCache
    ) throws(FileError) -> Outcome {
      let writer = try cache.store.begin()
      var encoder = TokenEncoder(table, sampleRate: options.sampleRate)
      var failure: FileError?
      let traits: SoundTraits
      do throws(AudioIOError) {
        traits = try decode(path) { samples in
          if failure != nil { return }
          do throws(FileError) { try writer.append(encoder.bytes(samples)) } catch { failure = error }
        }
      } catch {
        return .skipped(SkippedFile(error, path: path))
      }
      if let failure { throw failure }
      let facts = encoder.finished(traits)
      if facts.count == 0 { return .skipped(SkippedFile(.noSamples(path: path), path: path)) }
      if SourceKey(path: path) != source { return Reader.changed(path) }
      let note = TokenNote(facts: facts, isGenerated: MadeFolders.isGenerated(path))
      let blob = try writer.finish(key, note: note.bytes)
      return .read(Tokens(stored: blob, facts, levels: table.levels), isGenerated: note.isGenerated)
    }

    private func decode(_ path: String, _ body: @escaping (ArraySlice<Float>) -> Void) throws(AudioIOError)
      -> SoundTraits
    {
      try SoundFile.readPieces(path, sampleRate: options.sampleRate, channel: options.channel) {
        samples throws(AudioIOError) in body(samples)
      }
    }

    private static func changed(_ path: String) -> Outcome {
      .skipped(
        SkippedFile(
          path: path,
          reason: "changed while it was being read: wait until its writer has finished and try again"))
    }
  }
}
