// Clips of a recipe, each rank making some of them, for a command that judges them all. Clips that become files are made where
// they are written: GenerationPlan+Many.swift.
import Generation
import Signal

extension Farm {
  /// The first clips of a seed, the same as one process makes. All ranks get all.
  /// - Parameters:
  ///   - lengths: samples of each
  ///   - directions: one for each; nil follows the model's gestures, where it has some
  ///   - progress: called from any thread with the samples done on all ranks; answers whether to go on
  /// - Throws: `GenerationError`, `.cancelled` when `progress` said no; `RankError`.
  func clips(
    _ recipe: Recipe, lengths: [Int], seed: UInt64, directions: [Direction]? = nil,
    progress: @escaping @Sendable (Int) -> Bool
  ) throws -> [Clip] {
    let leadIn = directions == nil ? recipe.leadIn.samples : 0
    let share = share(lengths.map { leadIn + $0 })
    let own = share.own
    var made: [Clip] = []
    if !own.isEmpty {
      made = try recipe.clips(
        lengths: own.map { lengths[$0] }, seed: seed, indices: own.map { UInt64($0) },
        directions: directions.map { all in own.map { all[$0] } }, threads: ownThreads
      ) { progress(share.all($0)) }
    }
    return try gather(made.map(\.samples), share).map {
      Clip(samples: $0, sampleRate: recipe.sampleRate)
    }
  }
}
