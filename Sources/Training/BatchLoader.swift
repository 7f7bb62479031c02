// The next batch, made while the step before it is being computed: drawing crops, reading them from the cache and disturbing them takes a millisecond
// or two, for which the trainer would wait. A batch is a pure function of what it is asked for (Corpus.swift), so making it early changes
// nothing; where something else is asked for than was expected, after a roll-back for instance, it is made then and there.
package import Corpus
internal import Kernels
internal import Synchronization

/// Makes batches of a corpus, one ahead.
package final class BatchLoader {
  /// Everything that a batch depends on.
  package struct Request: Hashable, Sendable {
    package var step: UInt64
    /// Which clips of the batch.
    package var places: [Int]
    package var crop: Int
    package var receptiveField: Int
    package var jitter: Double

    package init(step: UInt64, places: [Int], crop: Int, receptiveField: Int, jitter: Double) {
      (self.step, self.places, self.crop) = (step, places, crop)
      (self.receptiveField, self.jitter) = (receptiveField, jitter)
    }
  }

  /// A batch that is being made on a thread of its own.
  private final class Ahead: Sendable {
    private final class Slot: Sendable { let batch = Mutex<TokenBatch?>(nil) }

    let request: Request
    private let slot: Slot
    private let job: SideJob

    /// Nil if the system gives no thread: the batch is then made when it is asked for.
    init?(_ request: Request, _ corpus: any Corpus) {
      let slot = Slot()
      guard let job = SideJob({ slot.batch.withLock { $0 = BatchLoader.batch(request, corpus) } }) else {
        return nil
      }
      (self.request, self.slot, self.job) = (request, slot, job)
    }

    func wait() -> TokenBatch {
      job.wait()
      return slot.batch.withLock { $0! }
    }
  }

  private let corpus: any Corpus
  private var ahead: Ahead?
  /// Seconds that were spent waiting for batches so far.
  package private(set) var secondsWaited = 0.0

  package init(_ corpus: any Corpus) { self.corpus = corpus }

  /// The batch that is asked for; `next` is begun, which will be asked for then.
  /// - Throws: if the corpus could not be read.
  package func batch(_ request: Request, next: Request) throws -> TokenBatch {
    let began = ContinuousClock.now
    let batch: TokenBatch
    if let ahead, ahead.request == request {
      batch = ahead.wait()
    } else {
      batch = BatchLoader.batch(request, corpus)
    }
    secondsWaited += (ContinuousClock.now - began) / .seconds(1)
    if let failure = corpus.failure { throw failure }
    ahead = Ahead(next, corpus)
    return batch
  }

  private static func batch(_ request: Request, _ corpus: any Corpus) -> TokenBatch {
    corpus.batch(
      step: request.step, places: request.places, crop: request.crop, receptiveField: request.receptiveField,
      jitter: request.jitter)
  }
}
