// The counts of a network by their letters (glossary: Configuration.swift), as they are and padded for the kernels: the one
// place that pads.
internal import Kernels

/// Counts of one configuration. Those that end in `p` are padded to the next multiple of 16, the width of the kernels' rows:
/// `rp` is R padded, and so on. Padding is zeros, and what kernels compute from it is zero. Q is a multiple of 16 already.
package struct Dimensions: Hashable, Sendable {
  /// Channels: residual, one half of the gate, skip, head.
  package let r, d, s, h: Int
  /// Codes, taps, blocks.
  package let q, k, l: Int
  package let rp, dp, sp, hp: Int

  package init(_ c: Configuration) {
    (r, d, s, h) = (c.residualChannels, c.dilationChannels, c.skipChannels, c.headChannels)
    (q, k, l) = (c.quantizationLevels, c.kernelSize, c.blockCount)
    (rp, dp, sp, hp) = (
      KernelTable.padded(r), KernelTable.padded(d), KernelTable.padded(s), KernelTable.padded(h)
    )
  }
}
