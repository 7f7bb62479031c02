// How dense the head's inputs are in one clip, which reads only the weights of inputs that its rectifiers leave
// (`Arithmetic.productSparse`). It depends on the model and on what it plays; for `synth bench`, which counts bytes.
internal import Kernels

/// Mean shares, 0 ... 1, of the inputs of the head's layers whose weights are read. 1 where an arithmetic reads them all.
package struct HeadDensity: Sendable, Equatable {
  package var hidden: Double
  package var output: Double

  package init(hidden: Double, output: Double) { (self.hidden, self.output) = (hidden, output) }
}

extension Generator {
  /// Over the next `count` samples.
  /// - Throws: as `next(into:count:)`.
  package func headDensity(count: Int) throws(GenerationError) -> HeadDensity {
    precondition(count > 0, "\(count) samples")
    var code: [UInt16] = [0]
    var (hidden, output) = (0, 0)
    for _ in 0..<count {
      try next(into: &code, count: 1)
      let read = engine.inputsRead
      hidden += read.hidden
      output += read.output
    }
    func share(_ sum: Int, of inputs: Int) -> Double { Double(sum) / Double(count * inputs) }
    return HeadDensity(
      hidden: share(hidden, of: configuration.skipChannels),
      output: share(output, of: configuration.headChannels))
  }
}

extension StreamEngine {
  /// How many inputs of each layer of the head the latest time step read the weights of. One clip.
  fileprivate var inputsRead: (hidden: Int, output: Int) {
    func above(_ x: UnsafePointer<Float>, _ count: Int, _ sparse: Int?) -> Int {
      sparse == nil ? count : (0..<count).count { !(x[$0] <= 0) }
    }
    return (
      above(runner.skips.start, runner.dims.s, model.weights.layout.hiddenSparse),
      above(runner.hidden.start, runner.dims.h, model.weights.layout.outputSparse)
    )
  }
}
