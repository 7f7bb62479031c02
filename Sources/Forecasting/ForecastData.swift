// Windows and what came after them, in three parts. Two sources: many short series (SineSeries), which are dealt out
// whole, and one long column, which is cut by time so that no part sees another's values.
package import Layers
package import SafeTensors

/// Examples for learning, for choosing and for the final verdict.
package struct ForecastData: Sendable {
  /// Some examples. N of them, W = window, A = targets.
  package struct Part: Sendable {
    package let count: Int
    package let window: Int, targets: Int
    package let x: [Float]  // [N, W]
    package let y: [Float]  // [N, A]: the values right after each window

    /// The windows of some examples: [N, 1, W].
    package func inputs(_ indices: some Collection<Int>) -> Tensor {
      Tensor(
        shape: [indices.count, 1, window], indices.flatMap { x[$0 * window..<($0 + 1) * window] })
    }

    /// The first `horizon` targets of some examples: [N, horizon].
    package func answers(_ indices: some Collection<Int>, horizon: Int) -> Tensor {
      Tensor(
        shape: [indices.count, horizon], indices.flatMap { y[$0 * targets..<$0 * targets + horizon] })
    }
  }

  package let training: Part, validation: Part, test: Part
  /// The value that a number x here stands for is x * scale + shift.
  package let scale: Float, shift: Float

  /// The course's series: 70% for learning, 20% for choosing, 10% for the verdict. `targets` values after each window.
  package static func sines(count: Int, window: Int, targets: Int, seed: UInt64) -> ForecastData {
    precondition(count >= 10 && window >= 1 && targets >= 1, "\(count) series, window \(window), targets \(targets)")
    func part(_ range: Range<Int>) -> Part {
      let all = range.map { SineSeries.values(seed: seed, index: $0, length: window + targets) }
      return Part(
        count: range.count, window: window, targets: targets, x: all.flatMap { $0.prefix(window) },
        y: all.flatMap { $0.suffix(targets) })
    }
    let (first, second) = (count * 7 / 10, count * 9 / 10)
    return ForecastData(
      training: part(0..<first), validation: part(first..<second), test: part(second..<count), scale: 1, shift: 0)
  }

  /// One long series: the first 70% of the time, the next 20%, the last 10%; windows lie wholly inside their part. Scaled
  /// to mean 0 and deviation 1 of the first part.
  package static func column(_ values: [Float], name: String, window: Int, targets: Int) throws(ForecastError)
    -> ForecastData
  {
    let (first, second) = (values.count * 7 / 10, values.count * 9 / 10)
    if values.count - second < window + targets || second - first < window + targets {
      throw .tooShort(name: name, values: values.count, needed: 10 * (window + targets) + 10)
    }
    let known = values[..<first].map { Double($0) }
    let mean = known.reduce(0, +) / Double(first)
    let deviation = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(first)).squareRoot()
    if deviation == 0 { throw .constant(name: name) }
    let scaled = values.map { Float((Double($0) - mean) / deviation) }
    func part(_ range: Range<Int>) -> Part {
      let starts = range.lowerBound...range.upperBound - window - targets
      return Part(
        count: starts.count, window: window, targets: targets,
        x: starts.flatMap { scaled[$0..<$0 + window] },
        y: starts.flatMap { scaled[$0 + window..<$0 + window + targets] })
    }
    return ForecastData(
      training: part(0..<first), validation: part(first..<second), test: part(second..<values.count),
      scale: Float(deviation), shift: Float(mean))
  }

  /// Everything as a safetensors file: training.x [N, W], training.y [N, A] and so on, float32, scaled; scale and shift
  /// in the metadata. What Tests/Peers/forecast_torch.py reads.
  package func export(to path: String) throws(FileError) {
    var writer = SafeTensorsWriter(metadata: ["scale": "\(scale)", "shift": "\(shift)"])
    for (name, part) in [("training", training), ("validation", validation), ("test", test)] {
      writer.add("\(name).x", shape: [part.count, part.window], part.x)
      writer.add("\(name).y", shape: [part.count, part.targets], part.y)
    }
    try writer.write(to: path)
  }
}
