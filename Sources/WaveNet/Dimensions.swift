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
  /// Of what the model is told: channels, values of a frame, labels; all 0 for a model that is told nothing.
  package let c, f, labels: Int
  package let cp: Int

  package init(_ configuration: Configuration) {
    let (c, told) = (configuration, configuration.conditioning)
    (r, d, s, h) = (c.residualChannels, c.dilationChannels, c.skipChannels, c.headChannels)
    (q, k, l) = (c.quantizationLevels, c.kernelSize, c.blockCount)
    (self.c, f, labels) = (told?.channels ?? 0, told?.controlChannels ?? 0, told?.labels.count ?? 0)
    cp = KernelTable.padded(told?.channels ?? 0)
    (rp, dp, sp, hp) = (
      KernelTable.padded(r), KernelTable.padded(d), KernelTable.padded(s), KernelTable.padded(h)
    )
  }
}
