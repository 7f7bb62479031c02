// What an optimizer does to every parameter. Slow twins: Tests/KernelsTests/ElementwiseTests.swift,
// Tests/TrainingTests/AdamFixtureTests.swift.
internal import CKernels

extension KernelTable {
  /// One Adam update (Kingma & Ba 2015): p -= step * m / (sqrt(v * vScale) + epsilon), gradients scaled first.
  package func adam(
    count: Int, parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    gradientScale: Float,
    m: UnsafeMutablePointer<Float>, v: UnsafeMutablePointer<Float>, beta1: Float, beta2: Float, step: Float,
    vScale: Float, epsilon: Float
  ) {
    table.pointee.adam(count, parameters, gradients, gradientScale, m, v, beta1, beta2, step, vScale, epsilon)
  }

  /// y += t * (x - y).
  package func lerp(
    count: Int, inPlace y: UnsafeMutablePointer<Float>, toward x: UnsafePointer<Float>, by t: Float
  ) {
    table.pointee.lerp(count, y, x, t)
  }

  /// Sum of squares, in Double, in a fixed order.
  package func sumOfSquares(count: Int, _ x: UnsafePointer<Float>) -> Double {
    table.pointee.sum_squares(count, x)
  }
}
