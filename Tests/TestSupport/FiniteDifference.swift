// Gradients without calculus: the third, independent proof beside the reference's formulas and PyTorch's.

/// The central difference of `function` along one element of `point`: (f(x + h) - f(x - h)) / 2h, error O(h^2).
package func centralDifference(
  at point: [Double], element: Int, step: Double = 1e-5, _ function: ([Double]) -> Double
) -> Double {
  var moved = point
  moved[element] = point[element] + step
  let above = function(moved)
  moved[element] = point[element] - step
  return (above - function(moved)) / (2 * step)
}

/// Central differences along each of `elements` (all, if nil) of `point`.
package func centralDifferences(
  at point: [Double], elements: [Int]? = nil, step: Double = 1e-5, _ function: ([Double]) -> Double
) -> [Double] {
  (elements ?? Array(point.indices)).map { centralDifference(at: point, element: $0, step: step, function) }
}
