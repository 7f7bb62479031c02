// Looks for excerpts in all training recordings, on all threads: the waveform by Signal.ExcerptSearch, the content by
// Signal.Fingerprint. Long recordings are decoded and searched in pieces that overlap by an excerpt.
internal import Kernels
internal import Signal
internal import Synchronization

/// A search for excerpts of one length and rate.
struct MemorizationSearch: Sendable {
  /// Seconds of a piece.
  private static let piece = 60.0

  private let excerpts: [Clip]
  private let training: Recordings
  private let threads: Int
  /// Parts of recordings: the unit of work and of progress.
  private let pieces: [(recording: Int, start: Int)]
  private let step: Int
  private let report: @Sendable (Int, Int) -> Bool

  /// - excerpts, training: at least one of each
  /// - progress: (jobs done, jobs in all) from any thread; answers whether to go on
  init(
    _ excerpts: [Clip], _ training: Recordings, threads: Int, progress: @escaping @Sendable (Int, Int) -> Bool
  ) {
    self.excerpts = excerpts
    self.training = training
    self.threads = threads
    report = progress
    let step = max(excerpts[0].samples.count, Int(MemorizationSearch.piece * Double(excerpts[0].sampleRate)))
    self.step = step
    pieces = training.lengths.enumerated().flatMap { recording, count in
      stride(from: 0, to: max(1, count), by: step).map { (recording: recording, start: $0) }
    }
  }

  /// The nearest place of each excerpt as a waveform; nil if the search was stopped.
  func waveforms() -> [MemorizationReport.Nearest]? {
    let search = ExcerptSearch(excerpts.map(\.samples))
    let overlap = excerpts[0].samples.count - 1
    let found = forEach(pieces.count, after: 0) { job -> [ExcerptSearch.Match] in
      let (recording, start) = pieces[job]
      return search.matches(in: training.clip(recording, start..<start + step + overlap).samples)
    }
    guard let found else { return nil }
    return excerpts.indices.map { index in
      nearest(
        found.enumerated().map { job, matches in
          let (match, piece) = (matches[index], pieces[job])
          let at = Double(piece.start + match.position) / Double(excerpts[index].sampleRate)
          return Place(correlation: match.correlation, recording: piece.recording, at: at)
        })
    }
  }

  /// The nearest place of each excerpt by content; nil if the search was stopped.
  func contents() -> [MemorizationReport.Nearest]? {
    let prints = Parallel.map(jobs: training.count, threads: threads) { job, _ in
      let clip = training.clip(job)
      precondition(
        clip.sampleRate == excerpts[0].sampleRate, "\(clip.sampleRate) Hz beside \(excerpts[0].sampleRate) Hz"
      )
      return Fingerprint(clip)
    }
    let average = MemorizationSearch.average(prints)
    let fields = prints.map { $0.minus(average) }
    let wanted = excerpts.map { Fingerprint($0).minus(average) }
    let found = forEach(fields.count, after: pieces.count) { job in wanted.map { fields[job].match(of: $0) } }
    guard let found else { return nil }
    return excerpts.indices.map { index in
      nearest(
        found.enumerated().compactMap { recording, matches -> Place? in
          guard let match = matches[index] else { return nil }
          return Place(
            correlation: match.correlation, recording: recording,
            at: Double(match.frame) * fields[recording].secondsPerFrame)
        })
    }
  }

  private struct Place {
    var correlation = 0.0
    var recording = 0
    var at = 0.0
  }

  /// The most alike, the first of equals; one with nothing in common if there is none.
  private func nearest(_ places: [Place]) -> MemorizationReport.Nearest {
    var best = Place()
    for place in places where place.correlation > best.correlation { best = place }
    return MemorizationReport.Nearest(
      correlation: best.correlation, recording: training.names[best.recording], at: best.at)
  }

  /// Results of jobs in order; nil if `report` said no.
  private func forEach<Result: Sendable>(
    _ jobs: Int, after done: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result]? {
    let done = Mutex(done)
    return try? Parallel.map(jobs: jobs, threads: threads) { job, _ in
      let result = body(job)
      let goesOn = done.withLock { done in
        done += 1
        return report(done, pieces.count + training.count)
      }
      if !goesOn { throw CancellationError() }
      return result
    }
  }

  /// Mean level of each band over all recordings.
  private static func average(_ prints: [Fingerprint]) -> [Double] {
    var (sums, frames) = ([Double](repeating: 0, count: prints.first?.bands ?? 0), 0)
    for print in prints {
      let part = print.sums
      for band in sums.indices { sums[band] += part.levels[band] }
      frames += part.frames
    }
    return sums.map { $0 / Double(max(1, frames)) }
  }
}
