// How wrong an output is, as one number, with its gradient.
import Glibc

/// A loss and the gradient that starts the backward pass.
public struct Loss: Sendable {
  /// The mean over all that was predicted; natural logarithm for cross-entropy.
  public let value: Double
  /// Gradient with respect to the prediction, in its shape.
  public let dy: Tensor

  /// Mean of (y - target)^2. Both of one shape.
  public static func meanSquaredError(_ y: Tensor, _ target: Tensor) throws(LayersError) -> Loss {
    try mean(y, target, { $0 * $0 }, { 2 * $0 })
  }

  /// Mean of |y - target|. Both of one shape. The gradient where they are equal is 0.
  public static func meanAbsoluteError(_ y: Tensor, _ target: Tensor) throws(LayersError) -> Loss {
    try mean(y, target, { abs($0) }, { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 })
  }

  /// Mean of -ln softmax(y)[target], in nats.
  ///
  /// - y: logits [N, classes, positions...]
  /// - targets: N * positions classes, by clip and then position
  public static func crossEntropy(_ y: Tensor, _ targets: [Int]) throws(LayersError) -> Loss {
    guard y.shape.count >= 2, y.count > 0, targets.count * y.shape[1] == y.count else {
      throw .wrongShape("[clips, classes, positions...] for \(targets.count) targets", found: y.shape)
    }
    let classes = y.shape[1]
    let positions = y.shape.dropFirst(2).reduce(1, *)
    var dy = Tensor(shape: y.shape)
    var sum = 0.0
    for (i, target) in targets.enumerated() {
      guard target >= 0 && target < classes else {
        throw .targetOutOfRange(target: target, classes: classes)
      }
      let start = i / positions * classes * positions + i % positions
      func index(_ c: Int) -> Int { start + c * positions }
      let largest = (0..<classes).reduce(-Double.infinity) { max($0, Double(y.values[index($1)])) }
      let terms = (0..<classes).map { exp(Double(y.values[index($0)]) - largest) }
      let total = terms.reduce(0, +)
      // In this order, which keeps its digits where logits are large.
      sum += log(total) - (Double(y.values[index(target)]) - largest)
      for c in 0..<classes {
        dy.values[index(c)] = Float((terms[c] / total - (c == target ? 1 : 0)) / Double(targets.count))
      }
    }
    return Loss(value: sum / Double(targets.count), dy: dy)
  }

  private static func mean(
    _ y: Tensor, _ target: Tensor, _ loss: (Double) -> Double, _ slope: (Double) -> Double
  ) throws(LayersError) -> Loss {
    guard y.shape == target.shape, y.count > 0 else {
      throw .wrongShape("\(target.shape), that of the target, and at least one value", found: y.shape)
    }
    var dy = Tensor(shape: y.shape)
    var sum = 0.0
    for i in 0..<y.count {
      let difference = Double(y.values[i]) - Double(target.values[i])
      sum += loss(difference)
      dy.values[i] = Float(slope(difference) / Double(y.count))
    }
    return Loss(value: sum / Double(y.count), dy: dy)
  }
}
