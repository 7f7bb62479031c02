// Windows and what came after them, in three parts. Two sources: many short series (SineSeries), which are dealt out
// whole, and one long column, which is cut by time so that no part sees another's values.
package import Files
package import Layers
internal import SafeTensors

/// Examples for learning, for choosing and for the final verdict.
package struct ForecastData: Sendable {
  /// Some examples. N of them, W = window, A = targets.
  package struct Part: Sendable {
    package let window: Int, targets: Int
    /// All values of the part, one after the other.
    package let values: [Float]
    /// [N]: where each example begins in `values`; W values of window and A of answer follow.
    package let starts: [Int]

    package init(window: Int, targets: Int, values: [Float], starts: [Int]) {
      precondition(
        starts.allSatisfy { $0 >= 0 && $0 + window + targets <= values.count },
        "examples beyond \(values.count) values")
      (self.window, self.targets, self.values, self.starts) = (window, targets, values, starts)
    }

    package var count: Int { starts.count }

    /// The window of one example. [W]
    package func window(_ n: Int) -> ArraySlice<Float> { values[starts[n]..<starts[n] + window] }

    /// What came after it. [A]
    package func answer(_ n: Int) -> ArraySlice<Float> {
      values[starts[n] + window..<starts[n] + window + targets]
    }

    /// The windows of some examples: [N, 1, W].
    package func inputs(_ indices: some Collection<Int>) -> Tensor {
      Tensor(shape: [indices.count, 1, window], indices.flatMap { window($0) })
    }

    /// The first `horizon` values of some answers: [N, horizon].
    package func answers(_ indices: some Collection<Int>, horizon: Int) -> Tensor {
      Tensor(shape: [indices.count, horizon], indices.flatMap { answer($0).prefix(horizon) })
    }
  }

  package let training: Part, validation: Part, test: Part
  /// The value that a number x here stands for is x * scale + shift.
  package let scale: Double, shift: Double

  /// The course's series: 70% for learning, 20% for choosing, 10% for the verdict. `targets` values after each window.
  package static func sines(count: Int, window: Int, targets: Int, seed: UInt64) -> ForecastData {
    precondition(
      count >= 10 && window >= 1 && targets >= 1, "\(count) series, window \(window), targets \(targets)")
    func part(_ range: Range<Int>) -> Part {
      let length = window + targets
      return Part(
        window: window, targets: targets,
        values: range.flatMap { SineSeries.values(seed: seed, index: $0, length: length) },
        starts: range.indices.map { ($0 - range.lowerBound) * length })
    }
    let (first, second) = (count * 7 / 10, count * 9 / 10)
    return ForecastData(
      training: part(0..<first), validation: part(first..<second), test: part(second..<count), scale: 1,
      shift: 0)
  }

  /// Most deviations from the mean that can be computed with: their squares are summed in float32.
  private static let largestScaled: Float = 1e12

  /// One long series: the first 70% of the time, the next 20%, the last 10%; windows lie wholly inside their part. Scaled
  /// to mean 0 and deviation 1 of the first part.
  package static func column(_ values: [Double], name: String, window: Int, targets: Int)
    throws(ForecastError)
    -> ForecastData
  {
    func cuts(_ count: Int) -> (first: Int, second: Int) { (count * 7 / 10, count * 9 / 10) }
    func isEnough(_ count: Int) -> Bool {
      let (first, second) = cuts(count)
      return min(count - second, second - first) >= window + targets
    }
    if !isEnough(values.count) {
      let needed = (10 * (window + targets) - 20...10 * (window + targets) + 10).first(where: isEnough)!
      throw .tooShort(name: name, values: values.count, needed: needed)
    }
    let (first, second) = cuts(values.count)
    let known = values[..<first]
    let mean = known.reduce(0, +) / Double(first)
    let deviation = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(first)).squareRoot()
    // Rounding of the mean leaves a deviation where nothing varies.
    if deviation == 0 || known.min() == known.max() { throw .constant(name: name) }
    let scaled = values.map { Float(($0 - mean) / deviation) }
    if let far = scaled.firstIndex(where: { abs($0) > largestScaled }) {
      throw .farOff(name: name, index: far, value: values[far])
    }
    func part(_ range: Range<Int>) -> Part {
      Part(
        window: window, targets: targets, values: Array(scaled[range]),
        starts: Array(0...range.count - window - targets))
    }
    return ForecastData(
      training: part(0..<first), validation: part(first..<second), test: part(second..<values.count),
      scale: deviation, shift: mean)
  }

  /// Everything as a safetensors file: training.x [N, W], training.y [N, horizon] and so on, float32, scaled; scale and
  /// shift in the metadata. What Tests/Peers/forecast_torch.py reads.
  package func export(to path: String, horizon: Int) throws(FileError) {
    var writer = SafeTensorsWriter(metadata: ["scale": "\(scale)", "shift": "\(shift)"])
    for (name, part) in [("training", training), ("validation", validation), ("test", test)] {
      writer.add("\(name).x", shape: [part.count, part.window], (0..<part.count).flatMap { part.window($0) })
      writer.add(
        "\(name).y", shape: [part.count, horizon], part.answers(0..<part.count, horizon: horizon).values)
    }
    try writer.write(to: path)
  }
}
