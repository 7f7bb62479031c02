// Many steps ahead with a model of one step: each forecast is taken for what happened and the next is made from it. Here
// the slow way, which recomputes the whole window for every step and works with every model; StreamedForecast is the fast
// way of the gated WaveNet.
internal import Kernels
package import Layers

package enum MultiStep {
  /// Forecasts [N, steps] for some examples of a part.
  /// - Parameters:
  ///   - layer: answers with one value
  ///   - fed: what is fed back [N, steps] instead of the forecasts themselves: the history that another way had
  ///   - rounding: applied to every forecast before it is fed back (not to what is returned), and to the window
  package static func recomputed(
    _ layer: any Layer, _ part: ForecastData.Part, _ examples: Range<Int>, steps: Int, threads: Int,
    fed: Tensor? = nil, rounding: (@Sendable (Float) -> Float)? = nil
  ) throws(LayersError) -> Tensor {
    let rounding = rounding ?? { $0 }
    precondition(
      fed == nil || fed!.shape == [examples.count, steps],
      "\(fed?.shape ?? []) fed back for \(examples.count)")
    let chunk = 64
    let jobs = (examples.count + chunk - 1) / chunk
    let chunks = try Parallel.map(jobs: jobs, threads: threads) { job, _ throws(LayersError) in
      let first = examples.lowerBound + job * chunk
      let some = first..<min(first + chunk, examples.upperBound)
      var windows = some.map { part.window($0).map(rounding) }
      var forecasts = [[Float]](repeating: [], count: some.count)
      for s in 0..<steps {
        let x = Tensor(shape: [some.count, 1, part.window], windows.flatMap { $0 })
        let y = try layer.forward(x).values
        for n in windows.indices {
          forecasts[n].append(y[n])
          windows[n].removeFirst()
          windows[n].append(rounding(fed.map { $0.values[(job * chunk + n) * steps + s] } ?? y[n]))
        }
      }
      return forecasts.flatMap { $0 }
    }
    return Tensor(shape: [examples.count, steps], chunks.flatMap { $0 })
  }
}
