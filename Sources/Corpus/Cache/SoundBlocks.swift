// How loud a recording is, 20 times a second, in a byte each: what silence is kept out by, ends are trimmed by and near-copies are found by, without
// reading a single code again. An hour is 72 kB.
import Glibc

/// Levels of blocks of 50 ms, the last of which may be shorter.
package struct SoundBlocks: Hashable, Sendable {
  /// Samples of a block.
  let size: Int
  /// Twice (peak in dB of full scale + 100), 0...254; `silence` where nothing moves (see `Silence`).
  private(set) var values: [UInt8] = []
  /// Samples of all of them.
  private(set) var count = 0

  private static let silence: UInt8 = 255

  init(size: Int) {
    precondition(size > 0, "blocks of \(size) samples")
    self.size = size
  }

  /// - Returns: nil if these are not the blocks of `count` samples.
  init?(size: Int, values: [UInt8], count: Int) {
    guard size > 0, values.count == (count + size - 1) / size else { return nil }
    (self.size, self.values, self.count) = (size, values, count)
  }

  /// Adds the next block.
  /// - peak: its greatest magnitude; nil for silence
  mutating func add(peak: Float?, samples: Int) {
    precondition(count % size == 0 && samples <= size, "a block of \(samples) samples behind \(count)")
    count += samples
    guard let peak else { return values.append(SoundBlocks.silence) }
    let decibels = 20 * log10(max(Double(peak), 1e-9))
    values.append(UInt8(max(0, min(254, (2 * (decibels + 100)).rounded()))))
  }

  func isSilent(_ block: Int) -> Bool { values[block] == SoundBlocks.silence }

  /// dB of full scale; nil for silence.
  func level(_ block: Int) -> Double? { isSilent(block) ? nil : Double(values[block]) / 2 - 100 }

  /// The loudest block's; nil if all is silence.
  package var peak: Double? {
    values.indices.lazy.compactMap { level($0) }.max()
  }

  /// Blocks that some samples lie in.
  private func blocks(_ range: Range<Int>) -> Range<Int> {
    range.isEmpty ? 0..<0 : range.lowerBound / size..<(range.upperBound + size - 1) / size
  }

  /// Samples of a range that lie in silent blocks.
  func silent(_ range: Range<Int>) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) samples")
    return blocks(range).reduce(0) { sum, block in
      isSilent(block)
        ? sum + range.clamped(to: block * size..<min(count, (block + 1) * size)).count : sum
    }
  }

  /// How many blocks of a range sound.
  func sounding(_ range: Range<Int>) -> Int { blocks(range).count { !isSilent($0) } }

  /// Samples of the sounding block number `n` of a range, as far as they are in it.
  func sounding(_ n: Int, of range: Range<Int>) -> Range<Int> {
    var left = n
    for block in blocks(range) where !isSilent(block) {
      if left == 0 { return (block * size..<(block + 1) * size).clamped(to: range) }
      left -= 1
    }
    preconditionFailure("block \(n) of fewer that sound")
  }

  /// The samples from where sound first comes within `decibels` of the loudest block to where it last is, with what leads up to it and away from it
  /// within 6 dB more: a fade is not cut in two. Whole blocks; all of it if nothing sounds.
  func trimmed(decibels: Double) -> Range<Int> {
    guard let peak else { return 0..<count }
    func isAbove(_ block: Int, _ threshold: Double) -> Bool { level(block).map { $0 >= threshold } ?? false }
    let (open, closed) = (peak - decibels, peak - decibels - SoundBlocks.hysteresis)
    guard var first = values.indices.first(where: { isAbove($0, open) }),
      var last = values.indices.last(where: { isAbove($0, open) })
    else { return 0..<count }
    while first > 0 && isAbove(first - 1, closed) { first -= 1 }
    while last + 1 < values.count && isAbove(last + 1, closed) { last += 1 }
    return first * size..<min(count, (last + 1) * size)
  }
  private static let hysteresis = 6.0
}
