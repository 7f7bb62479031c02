// Whether all ranks have read the same: on machines with disks of their own, a model or a recording may be another one.
import Corpus
import Files
import Ranks
import WaveNet

extension Farm {
  /// - Throws: `differ` if a rank cannot write into the folder, or what it writes does not appear to rank 0.
  func requireSharedFolder(_ folder: String) throws {
    if isAlone { return }
    let own = "\(folder)/.synth-rank-\(ranks.rank)-\(UInt64.random(in: 0 ... .max))"
    if !isFirst {
      do throws(FileError) { try AtomicFile.write("", to: own) } catch {
        throw RankError.differ(
          "\(names[ranks.rank]) cannot write into the folder of rank 0, which all have to share: \(error)")
      }
    }
    defer { if !isFirst { Disk.remove(own) } }
    let seen = try ranks.gather(own).map { Disk.exists($0) }
    let verdict = try ranks.broadcast(seen.map { $0 ? "1" : "0" }.joined())
    for (rank, isSeen) in verdict.enumerated().dropFirst() where isSeen == "0" {
      throw RankError.differ(
        "what \(names[rank]) writes into \(folder) does not appear to rank 0: give a folder that all machines share"
      )
    }
  }

  /// - Throws: `differ` if a rank has another model or other recordings than rank 0.
  /// Says what the other ranks have warned of meanwhile.
  func requireSame(_ loaded: LoadedModel, _ recordings: [CodedRecording]) throws {
    if isAlone { return }
    try Terminal.shareWarnings()
    try requireSame(
      loaded.model.checksum,
      "has other weights than rank 0 in \(loaded.path): copy the model to all machines, or use a folder that they share"
    )
    let sum = recordings.reduce(UInt64(recordings.count)) { sum, recording in
      Checksum.joined(
        Checksum.joined(sum, unsafe recording.codes.withUnsafeBytes { unsafe Checksum.of($0) }),
        recording.conditions.map { $0.checksum } ?? 0)
    }
    try requireSame(
      sum, "has read other recordings than rank 0: copy them to all machines, or use a folder that they share"
    )
  }
}
