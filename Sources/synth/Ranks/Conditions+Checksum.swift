// What tells what one clip is told from what another is, in a number.
import Files
import Generation
import Signal

extension Conditions {
  var checksum: UInt64 {
    let (labels, controls) = unsafe (
      labels.withUnsafeBytes { unsafe Checksum.of($0) }, controls.withUnsafeBytes { unsafe Checksum.of($0) }
    )
    return [controls, UInt64(bitPattern: Int64(firstFrame)), UInt64(bitPattern: Int64(start))]
      .reduce(labels) { Checksum.joined($0, $1) }
  }
}

extension Direction {
  /// Of what is told and of the codes in front; nil if there is neither.
  var checksum: UInt64? {
    if conditions == nil && prime.isEmpty { return nil }
    return Checksum.joined(
      conditions?.checksum ?? 0, unsafe prime.withUnsafeBytes { unsafe Checksum.of($0) })
  }
}
