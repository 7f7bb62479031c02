// Which part of each recording is trained on and which is held back. Chosen by time, from seed and content alone, so
// that neither renaming nor moving changes the split; copies of one recording share their fate, so that nothing stands
// on both sides. What was decided once is kept with a run (CorpusRecord.swift) and not decided again.
import Signal

/// One readable file.
struct Recording: Hashable, Sendable {
  let path: String
  var tokens: Tokens
  /// nil: none.
  var label: String?
}

/// What of one file is used for what. A file that is cut holds back its end; between the two lies a gap.
struct Share: Hashable, Sendable {
  var training: Range<Int>
  var heldOut: Range<Int>

  static func training(_ count: Int) -> Share { Share(training: 0..<count, heldOut: count..<count) }
  static func heldOut(_ count: Int) -> Share { Share(training: 0..<0, heldOut: 0..<count) }

  /// The last `heldOut` samples of `count`. Where the rest is too short for the whole gap, half of it is trained on, and
  /// the held-out part starts from silence instead of from samples that were trained on.
  static func cut(_ count: Int, heldOut: Int, gap: Int) -> Share {
    precondition(heldOut >= 1 && heldOut < count, "\(heldOut) of \(count) samples held out")
    let start = count - heldOut
    return Share(training: 0..<max(start - gap, (start + 1) / 2), heldOut: start..<count)
  }

  /// What inputs may reach back to: the end of what was trained on, or the file's start.
  var historyStart: Int { training.isEmpty ? 0 : training.upperBound }

  var use: FolderReport.Use {
    training.isEmpty ? .validation : heldOut.isEmpty ? .training : .both
  }
}

/// A file with its share.
struct SharedRecording: Hashable, Sendable {
  let recording: Recording
  let share: Share
}

/// Files of equal content.
struct CopyGroup {
  let recordings: [Recording]
  /// Of one of them, in samples.
  var length: Int { recordings[0].tokens.count }
  /// Of all of them.
  var total: Int { length * recordings.count }

  /// All groups, in an order that depends on seed and content.
  static func ranked(_ recordings: [Recording], seed: UInt64) -> [CopyGroup] {
    func rank(_ tokens: Tokens) -> [UInt64] {
      let words = Philox(seed: seed, stream: tokens.checksum).words(at: 0)
      return [UInt64(words.0) << 32 | UInt64(words.1), tokens.checksum, UInt64(tokens.count)]
    }
    return Dictionary(grouping: recordings) { rank($0.tokens) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { CopyGroup(recordings: $0.value) }
  }
}

enum FolderSplit {
  /// Holds back `fraction` of the time, between half and twice of it: whole recordings where they are small enough, in
  /// the proportion of such recordings; where that is too little, the end of the longest recording. Never more than half
  /// of all unless `fraction` asks for it.
  /// - gap: samples between the two parts of a recording that is cut: the receptive field.
  static func byTime(
    _ recordings: [Recording], fraction: Double, gap: Int, seed: UInt64
  ) throws(CorpusError) -> [SharedRecording] {
    let groups = CopyGroup.ranked(recordings, seed: seed)
    func total(_ groups: [CopyGroup]) -> Double { Double(groups.reduce(0) { $0 + $1.total }) }
    let all = total(groups)
    let wanted = max(1, fraction * all)
    /// More than this is too much to be held back in one piece.
    let limit = min(2 * wanted, max(all / 2, wanted))
    func isLong(_ group: CopyGroup) -> Bool { Double(group.total) > limit && group.length >= 2 }

    let whole = groups.indices.filter { !isLong(groups[$0]) }
    let quota = min(1.5 * fraction * total(whole.map { groups[$0] }), limit)
    var (held, heldTotal): (Set<Int>, Double) = ([], 0)
    for i in whole where heldTotal + Double(groups[i].total) <= quota {
      held.insert(i)
      heldTotal += Double(groups[i].total)
    }
    var cut: (group: Int, samples: Int)?
    if heldTotal < wanted / 2 {
      // The first of the longest in order of rank.
      let longest = groups.indices.filter { isLong(groups[$0]) }
        .max { (groups[$0].length, $1) < (groups[$1].length, $0) }
      if let longest {
        let each = ((wanted - heldTotal) / Double(groups[longest].recordings.count)).rounded(.down)
        cut = (longest, min(max(Int(each), 1), groups[longest].length - 1))
      } else {
        guard groups.count > 1 else {
          throw .tooShortToSplit(path: recordings[0].path, samples: groups[0].length)
        }
        // What there is does not add up: one recording alone, each of which is between `wanted` and `limit`.
        let enough = whole.first { (wanted / 2...limit).contains(Double(groups[$0].total)) }
        held = [enough ?? whole.min { groups[$0].total < groups[$1].total }!]
      }
    }
    return groups.indices.flatMap { i in
      groups[i].recordings.map { recording in
        let count = recording.tokens.count
        let share: Share =
          if let cut, cut.group == i {
            .cut(count, heldOut: cut.samples, gap: gap)
          } else {
            held.contains(i) ? .heldOut(count) : .training(count)
          }
        return SharedRecording(recording: recording, share: share)
      }
    }
  }

  /// As runs were split that have no record of it: by the number of files, the first of all groups in rank; a single
  /// recording at its end. Kept so that such a run goes on with what it held back.
  static func byCount(
    _ recordings: [Recording], fraction: Double, gap: Int, seed: UInt64
  ) throws(CorpusError) -> [SharedRecording] {
    let groups = CopyGroup.ranked(recordings, seed: seed)
    let wanted = max(1, Int((fraction * Double(recordings.count)).rounded()))
    var shared: [SharedRecording] = []
    var held = 0
    for (i, group) in groups.enumerated() {
      let share: Share
      if groups.count == 1 {
        if group.length < 2 { throw .tooShortToSplit(path: recordings[0].path, samples: group.length) }
        let back = Int((fraction * Double(group.length)).rounded())
        share = .cut(group.length, heldOut: min(max(back, 1), group.length - 1), gap: gap)
      } else if held < wanted && i < groups.count - 1 {
        share = .heldOut(group.length)
        held += group.recordings.count
      } else {
        share = .training(group.length)
      }
      shared += group.recordings.map { SharedRecording(recording: $0, share: share) }
    }
    return shared
  }
}
