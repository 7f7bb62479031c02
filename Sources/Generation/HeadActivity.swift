// How much of the head's weights one clip reads: those of inputs that its rectifiers leave (`Arithmetic.active`). It depends
// on the model and on what it plays; for `synth bench`, which counts bytes.
internal import Kernels

/// Mean shares, 0 ... 1, of the inputs of the head's layers whose weights are read. 1 where an arithmetic reads them all.
package struct HeadActivity: Sendable, Equatable {
  package var hidden: Double
  package var output: Double

  package init(hidden: Double, output: Double) { (self.hidden, self.output) = (hidden, output) }
}

extension Generator {
  /// Over the next `count` samples.
  /// - Throws: as `next(into:count:)`.
  package func headActivity(count: Int) throws(GenerationError) -> HeadActivity {
    precondition(count > 0, "\(count) samples")
    var code: [UInt16] = [0]
    var (hidden, output) = (0, 0)
    for _ in 0..<count {
      try next(into: &code, count: 1)
      let active = engine.activeInputs
      hidden += active.hidden
      output += active.output
    }
    func share(_ sum: Int, of inputs: Int) -> Double { Double(sum) / Double(count * inputs) }
    return HeadActivity(
      hidden: share(hidden, of: configuration.skipChannels),
      output: share(output, of: configuration.headChannels))
  }
}

extension StreamEngine {
  /// How many inputs of each layer of the head the latest time step read the weights of. One clip.
  fileprivate var activeInputs: (hidden: Int, output: Int) {
    func above(_ x: UnsafePointer<Float>, _ count: Int, _ rows: Int?) -> Int {
      rows == nil ? count : (0..<count).count { !(x[$0] <= 0) }
    }
    return (
      above(runner.skips, runner.dims.s, model.weights.layout.hiddenRows),
      above(runner.hidden, runner.dims.h, model.weights.layout.outputRows)
    )
  }
}
