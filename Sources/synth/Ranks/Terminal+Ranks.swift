// Who speaks where there are several ranks: rank 0. The others' warnings wait until all have read the same recordings, since most are the
// same (`shareWarnings`); after that, and with their errors, they speak under their own name.
import Glibc
import Ranks
import Synchronization

extension Terminal {
  /// Whether notes and reports are this rank's to make.
  static let isFirst = Launch.own.rank == 0

  private static let waiting = Mutex<[String]?>([])

  /// In front of what another rank than the first says.
  static let rankName = isFirst ? "" : "rank \(Launch.own.rank) (\(RankFacts.hostName)): "

  /// Keeps a warning of another rank than the first.
  /// - Returns: whether it was kept; if not, it is to be said now.
  static func holdsBack(_ warning: String) -> Bool {
    waiting.withLock { lines in
      lines?.append(warning)
      return lines != nil && !isFirst
    }
  }

  /// Rank 0 says what the others have warned of and it has not. All ranks have to call it.
  static func shareWarnings() throws(RankError) {
    let own = waiting.withLock { lines in
      defer { lines = nil }
      return lines ?? []
    }
    let all = try World.ranks.gather(own.joined(separator: "\u{1E}"))
    guard isFirst else { return }
    for (rank, text) in all.enumerated().dropFirst() {
      for line in text.split(separator: "\u{1E}") where !own.contains(String(line)) {
        warn("rank \(rank): \(line)")
      }
    }
  }

  /// An error that all ranks have is said by the first, which ends the others meanwhile.
  static func letTheFirstSpeak() {
    if !isFirst { usleep(500_000) }
  }
}
