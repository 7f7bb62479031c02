// Makes the recordings of a pack that are missing: tries of each, the best of which is trimmed, given a loop and written. On one machine,
// or dealt to several, whole pieces at a time. What is heard in a note and where it can be looped: the target Instruments.
import AudioIO
import Generation
import Instruments
import Kernels
import Reports
import Signal

extension PackPlan {
  /// In groups, so that the first files appear early, and what is stopped is not lost.
  /// - missing: places of the pieces that are to be made, by all ranks
  /// - Returns: the seconds that it took
  /// - Throws: `interrupted`; the pieces that were whole are there then.
  func make(_ missing: [Int], in folder: PackFolder, farm: Farm) throws -> Double {
    let share = farm.share(missing.map { _ in total })
    let groups = Dealing.groups(
      share.own.map { missing[$0] }, most: clipsAtOnce / tries)
    let speed = Speedometer(total: total * missing.count, sampleRate: recipe.sampleRate)
    var made = 0
    for group in groups {
      let done = made * total
      let jobs = group.flatMap { place in (0..<tries).map { (piece: pieces[place], number: $0) } }
      let clips = try recipe.clips(
        lengths: jobs.map { _ in samples }, seed: seed,
        indices: jobs.map { index($0.piece, try: $0.number) },
        directions: jobs.map { direction($0.piece, try: $0.number) }, threads: threads, keepsStopped: true
      ) { count in
        ProgressLine.draw { speed.parts(share.all(done + count)) }
        return !Interrupt.isRequested
      }
      if clips.allSatisfy({ $0.samples.count == samples }) {
        let places = Array(group)
        _ = try Parallel.map(jobs: places.count, threads: threads) { job, _ in
          try write(pieces[places[job]], Array(clips[job * tries..<(job + 1) * tries]), in: folder)
        }
        made += group.count
      }
      if made < share.own.count && Interrupt.isRequested {
        let count =
          farm.isAlone ? "\(made) of \(missing.count) recordings are written" : "whole recordings stay"
        throw Interrupt.stopped("\(count), and the same command makes the others")
      }
    }
    ProgressLine.clear()
    // Nobody reads what is not written.
    _ = try farm.gather([made])
    return speed.seconds
  }

  /// Clips of a group: 16 a thread, few enough that a group of them is soon whole.
  var clipsAtOnce: Int { max(16 * threads, tries) }

  /// The best of the tries, as the file that it becomes.
  private func write(_ piece: PackPiece, _ tries: [Clip], in folder: PackFolder) throws {
    let heard = tries.map { hearing($0, of: piece, cut: 0) }
    let best = heard.indices.min { heard[$0].cost < heard[$1].cost }!
    let path = folder.path(piece)
    var clip = tries[best]
    if sampleRate != clip.sampleRate {
      clip = Clip(
        samples: try Resampler.resample(clip.samples, from: clip.sampleRate, to: sampleRate, name: path),
        sampleRate: sampleRate)
    }
    let range = NoteTrim.sounding(clip)
    let ending = FadeOut(samples: range.count, sampleRate: sampleRate)
    clip = Clip(samples: ending.applied(Array(clip.samples[range])), sampleRate: sampleRate)
    let tuning = heard[best].tuning(key: piece.key)
    var loop: SampleLoop?
    if case .notes(let shape) = kind, heard[best].isSteady {
      loop = LoopSearch.best(in: clip, held: shape.held(cut: range.lowerBound, sampleRate))
      if let loop { clip = loop.baked(into: clip) }
    }
    let sampler = SamplerNote(key: tuning.key, cents: tuning.cents, loop: loop?.range)
    let words = [
      comment(piece), Finding(kept: best + 1, cut: range.lowerBound).text,
      SoundChecksum.word(clip, format, sampler: sampler),
    ]
    try SoundFile.write(
      clip, to: path, format: format, comment: words.joined(separator: " "), sampler: sampler)
  }

  /// What is heard of a piece.
  /// - cut: samples that are missing in front of it
  func hearing(_ clip: Clip, of piece: PackPiece, cut: Int) -> NoteHearing {
    switch kind {
    case .oneShots: NoteHearing(oneShot: clip)
    case .notes(let shape):
      NoteHearing(
        clip, key: piece.key, level: piece.layer.level, held: shape.held(cut: cut, clip.sampleRate))
    }
  }

  var format: SoundFormat {
    switch width {
    case .int16: .wav16
    case .int24: .wav24
    case .float: .wavFloat
    }
  }
}
