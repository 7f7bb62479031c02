// The forecast that needs no learning: what there was one season ago, again. With a season of 1 it is the last value. It is
// a layer, so that it is judged and fed back as all others are.
package import Layers

/// y[h] = the newest known value a whole number of seasons before h. Input [N, 1, W], output [N, horizon].
package struct SeasonalNaive: ParameterFree {
  /// Values in a season: 24 hours of a day, 168 of a week.
  package let season: Int
  package let horizon: Int

  package init(season: Int, horizon: Int) {
    precondition(season >= 1 && horizon >= 1, "season \(season), horizon \(horizon)")
    (self.season, self.horizon) = (season, horizon)
  }

  /// The shape that comes out for the shape `input`, or why none can.
  package func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == 3, input[1] == 1 else { throw .wrongShape("[clips, 1, window]", found: input) }
    if input[2] < season { throw .tooSmall(what: "window", value: input[2], minimum: season) }
    return [input[0], horizon]
  }

  /// The forward pass, ready to be run backward.
  package func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let window = x.shape[2]
    let sources = (0..<shape[0]).flatMap { n in
      (0..<horizon).map { h in (n + 1) * window + h - season * (h / season + 1) }
    }
    return Traced(Tensor(shape: shape, sources.map { x.values[$0] })) { dy in
      var dx = Tensor(shape: x.shape)
      for (source, d) in zip(sources, dy.values) { dx.values[source] += d }
      return Gradients(dx: dx, dParameters: [])
    }
  }
}
