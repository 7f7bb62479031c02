// Clips of a conditioned model that follow excerpts it has not learnt from: what ControlReport judges.
package import Generation
package import WaveNet

package enum FollowedClips {
  /// What the clip of each excerpt is led by: begun from the codes in front of it.
  package static func directions(_ excerpts: [Excerpt], _ conditioning: Conditioning) -> [Direction] {
    excerpts.map { excerpt in
      Direction(
        excerpt.gesture.conditions(conditioning), prime: excerpt.gesture.codes,
        source: excerpt.gesture.source)
    }
  }

  /// A clip for each excerpt. They have no fall at their ends: they are measured.
  /// - Throws: `GenerationError`, `.cancelled` when `progress` said no.
  package static func pairs(
    _ recipe: Recipe, _ excerpts: [Excerpt], seed: UInt64, threads: Int,
    progress: (@Sendable (Int) -> Bool)? = nil
  ) throws(GenerationError) -> [ControlReport.Pair] {
    guard let conditioning = recipe.model.configuration.conditioning else { return [] }
    let clips = try recipe.clips(
      lengths: excerpts.map(\.gesture.length), seed: seed, directions: directions(excerpts, conditioning),
      threads: threads, progress: progress)
    return zip(excerpts, clips).map { ControlReport.Pair($0, $1) }
  }
}
