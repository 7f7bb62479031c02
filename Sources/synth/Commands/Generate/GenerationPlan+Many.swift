// Many clips of a plan: those that are missing, in groups that advance in step, on one machine or dealt to several. One clip in
// small pieces: GenerationPlan.swift. Which are missing: OutputTarget.swift.
import Generation
import Reports
import Signal

extension GenerationPlan {
  /// In groups, so that the first files appear early and memory stays small.
  /// - missing: numbers of the clips that are to be made, by all ranks
  /// - Throws: `interrupted`; the clips that were whole are there then, or, of a process by itself, what there was of each if none
  ///   was.
  func generateMany(
    _ target: OutputTarget, missing: [Int], farm: Farm, ranksHere: Int
  ) throws -> GenerationReport {
    let share = farm.share(missing.map { _ in total })
    // Codes and samples of a group fill a quarter of the memory that there is, and two gigabytes at the most.
    let most = min(200_000_000, (Memory.available ?? .max) / ranksHere / 4 / 10)
    let groups = Dealing.groups(
      share.own.map { missing[$0] }, most: min(64 * threads, max(1, most / total)))
    let speed = Speedometer(total: total * missing.count, sampleRate: recipe.sampleRate)
    var made: [Int] = []
    var silent = 0
    for group in groups {
      let done = made.count * total
      let clips = try recipe.clips(
        lengths: group.map { _ in samples }, seed: seed, indices: group.map { UInt64($0 - 1) },
        directions: group.map { direction(clip: $0) }, threads: threads, keepsStopped: true
      ) { count in
        ProgressLine.draw { speed.parts(share.all(done + count)) }
        return !Interrupt.isRequested
      }
      // Another rank may have whole ones.
      let keepsParts = farm.isAlone && made.isEmpty && clips.allSatisfy { $0.samples.count < samples }
      let kept = keepsParts ? 1 : samples
      for (number, clip) in zip(group, clips) where clip.samples.count >= kept {
        if Loudness.isSilent(clip) { silent += 1 }
        try write(clip, number, target)
        made.append(number)
      }
      let isWhole = made.count == share.own.count && kept == samples
      if !isWhole
        && (kept < samples || clips.contains { $0.samples.count < samples } || Interrupt.isRequested)
      {
        if !farm.isAlone {
          throw Interrupt.stopped("whole clips stay, and the same command makes the others")
        }
        let longest = clips.map(\.samples.count).max() ?? 0
        throw stopped(
          made.map { target.path(clip: $0) }, of: missing.count,
          kept < samples ? ", \(lengths(longest)) each" : " whole")
      }
    }
    ProgressLine.clear()
    let silences = try farm.gather([silent]).reduce(0) { $0 + $1[0] }
    return GenerationReport(
      self, files: numbers.map { target.path(clip: $0) }, made: missing.count, silentClips: silences,
      seconds: speed.seconds)
  }

  private func write(_ clip: Clip, _ number: Int, _ target: OutputTarget) throws {
    try target.write(
      Clip(samples: prelude + clip.samples, sampleRate: clip.sampleRate), to: target.path(clip: number),
      comment: comment(clip: number, samples: clip.samples.count))
  }

  private func stopped(_ files: [String], of missing: Int, _ what: String) -> SynthError {
    if files.isEmpty { return Interrupt.stopped("nothing was written") }
    let which = files.count == 1 ? files[0] : "\(files[0]) ... \(files.last!)"
    return Interrupt.stopped(
      "\(NumberText.count(files.count, "clip")) of \(missing) written\(what): \(which); the same command makes the others"
    )
  }
}
