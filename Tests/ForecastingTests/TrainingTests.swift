// Training: the same losses as PyTorch from the same weights, whatever the number of threads, and better forecasts after it.
import Forecasting
import Layers
import TestSupport
import Testing

struct TrainingTests {
  static let learners = ForecastModel.allCases.filter { $0.learning == .trained }
  /// Those of the golden file. The others are made of the same layers.
  static let golden: [ForecastModel] = [
    .linear, .dense, .conv, .dilated, .stack6, .mini, .wavenet, .lstm,
  ]

  /// The formula of Fixtures/make_forecast_fixtures.py.
  private static func noise(_ tensor: Int, _ i: Int) -> Double {
    var h = UInt32(truncatingIfNeeded: i) &* 0x9E37_79B1
    h = h &+ UInt32(truncatingIfNeeded: tensor) &* 0x85EB_CA77 &+ 1
    h = (h ^ h >> 16) &* 0x7FEB_352D
    h = (h ^ h >> 15) &* 0x846C_A68B
    return Double((h ^ h >> 16) >> 8) / 0x1p23 - 1
  }

  private static func weights(_ tensor: Int, _ shape: [Int]) -> Tensor {
    let count = shape.reduce(1, *)
    let scale = shape.count == 1 ? 0.1 : (3 / Double(count / shape[0])).squareRoot()
    return Tensor(shape: shape, (0..<count).map { Float(scale * noise(tensor, $0)) })
  }

  private func floats(_ golden: Golden, _ name: String) -> [Float] { golden.values(name).map { Float($0) } }

  @Test(arguments: golden)
  func lossesEqualPyTorch(_ model: ForecastModel) throws {
    let golden = Golden("forecast_golden.safetensors")
    let (x, y) = (floats(golden, "x"), floats(golden, "y"))
    var values: [Float] = []
    for n in 0..<6 {
      values += x[n * 50..<(n + 1) * 50]
      values += y[n * 2..<(n + 1) * 2]
    }
    let part = ForecastData.Part(window: 50, targets: 2, values: values, starts: (0..<6).map { $0 * 52 })
    var layer = try model.layer(window: 50, horizon: 2, seed: 1)
    layer.parameters = layer.parameters.enumerated().map { Self.weights($0, $1.shape) }
    var trainer = ForecastTrainer(layer, learningRate: 1e-2, threads: 2)
    var losses: [Double] = []
    for _ in 0..<7 { losses.append(try trainer.step(part, ArraySlice(0..<6), horizon: 2)) }
    expectClose(losses, golden.values(model.rawValue), .relativeToScale(2e-5), model.rawValue)
  }

  /// More examples than a shard holds, and not a multiple of it: the sums must not depend on who does them.
  @Test(arguments: learners)
  func threadsDoNotMatter(_ model: ForecastModel) throws {
    let data = ForecastData.sines(count: 100, window: 20, targets: 1, seed: 5)
    let results = try [1, 2, 5].map { threads in
      var trainer = ForecastTrainer(
        try model.layer(window: 20, horizon: 1, seed: 2), learningRate: 1e-3, threads: threads)
      let losses = try (0..<3).map { try trainer.step(data.training, ArraySlice($0..<$0 + 53), horizon: 1) }
      return (losses, trainer.layer.parameters)
    }
    for (losses, parameters) in results.dropFirst() {
      #expect(losses == results[0].0)
      #expect(parameters == results[0].1)
    }
  }

  /// The gradient of a batch is that of the whole batch in one piece.
  @Test func shardsAddUpToTheBatch() throws {
    let data = ForecastData.sines(count: 100, window: 20, targets: 3, seed: 6)
    let indices = Array(0..<37)
    var layer = try ForecastModel.dense.layer(window: 20, horizon: 3, seed: 1)
    var trainer = ForecastTrainer(layer, learningRate: 1e-3, threads: 2)
    let loss = try trainer.step(data.training, indices[...], horizon: 3)
    let pass = try layer.traced(data.training.inputs(indices))
    let whole = try Loss.meanSquaredError(pass.y, data.training.answers(indices, horizon: 3))
    expectClose([loss], [whole.value], .relativeToScale(1e-6))
    var adam = Adam(learningRate: 1e-3)
    var parameters = layer.parameters
    adam.update(&parameters, pass.backward(whole.dy).dParameters)
    layer.parameters = parameters
    for (a, b) in zip(trainer.layer.parameters, parameters) {
      // Adam's first step is the gradient's sign: where that is nearly zero it may tip.
      expectClose(a.values, b.values, .absolute(2e-4))
    }
  }

  @Test func ordersArePermutations() {
    let order = ForecastTrainer.order(count: 40, seed: 1, epoch: 0)
    #expect(order.sorted() == Array(0..<40) && order != Array(0..<40))
    #expect(ForecastTrainer.order(count: 40, seed: 1, epoch: 0) == order)
    #expect(ForecastTrainer.order(count: 40, seed: 1, epoch: 1) != order)
    #expect(ForecastTrainer.order(count: 40, seed: 2, epoch: 0) != order)
  }

  @Test(arguments: [ForecastModel.conv, .stack6, .wavenet, .lstm])
  func learntForecastsBeatTheLastValue(_ model: ForecastModel) throws {
    let data = ForecastData.sines(count: 2000, window: 50, targets: 1, seed: 1)
    var options = ForecastOptions()
    options.epochs = 6
    options.patience = 0
    options.learningRate = 4e-3
    options.threads = 2
    let last = try #require(try ForecastRun.train(.last, data, options))
    #expect(last.parameterCount == 0 && last.steps == 0 && last.seconds == 0 && last.end == .nothingToLearn)
    let run = try #require(try ForecastRun.train(model, data, options))
    #expect(run.test.mse < 0.7 * last.test.mse)
    #expect(run.test.mse > SineSeries.noiseFloor)
    #expect(run.validation.count == 6 && run.steps == 6 * 44 && run.end == .fixed)
    #expect(run.validation[run.bestEpoch - 1] == run.validation.min())
    let again = try #require(try ForecastRun.train(model, data, options))
    #expect(again.forecasts == run.forecasts && again.validation == run.validation)
  }

  @Test func stopsWhenTold() throws {
    let data = ForecastData.sines(count: 100, window: 20, targets: 1, seed: 1)
    var calls = 0
    let run = try ForecastRun.train(.linear, data, ForecastOptions()) { _ in
      calls += 1
      return calls < 5
    }
    #expect(run == nil && calls == 5)
  }

  @Test func windowsThatAModelCannotUse() throws {
    #expect(throws: ForecastError.self) { try ForecastModel.conv.layer(window: 8, horizon: 1, seed: 1) }
    #expect(throws: ForecastError.self) { try ForecastModel.wavenet.layer(window: 1, horizon: 1, seed: 1) }
    #expect(try ForecastModel.conv.layer(window: 9, horizon: 1, seed: 1).outputShape([1, 1, 9]) == [1, 1])
    for model in Self.learners where model != .conv {
      let layer = try model.layer(window: 2, horizon: 3, seed: 1)
      #expect(try layer.outputShape([4, 1, 2]) == [4, 3])
    }
  }

  /// The numbers of parameters that the courses' own networks have, and the notebook's where its 1x1 layer is the identity.
  @Test func theCoursesNetworks() throws {
    #expect(try ForecastModel.exercise1.layer(window: 50, horizon: 1, seed: 1).parameterCount == 6945)
    var notebook = try ForecastModel.notebook.layer(window: 50, horizon: 1, seed: 1)
    #expect(notebook.parameterCount == 29_185)
    var dilated = try ForecastModel.dilated.layer(window: 50, horizon: 1, seed: 2)
    var parameters = dilated.parameters.enumerated().map { Self.weights($0, $1.shape) }
    dilated.parameters = parameters
    let identity = (0..<64 * 64).map { Float($0 % 65 == 0 ? 1 : 0) }
    parameters.insert(
      contentsOf: [Tensor(shape: [64, 64, 1], identity), Tensor(shape: [64])], at: parameters.count - 2)
    notebook.parameters = parameters
    let x = ForecastData.sines(count: 20, window: 50, targets: 1, seed: 3).training.inputs(0..<14)
    expectClose(try notebook.forward(x).values, try dilated.forward(x).values, .relativeToScale(1e-5))
  }

  /// Weights are kept from the epoch with the least validation error, and it is said why learning ended.
  @Test func learnsUntilTheErrorStopsFalling() throws {
    let data = ForecastData.sines(count: 300, window: 8, targets: 1, seed: 1)
    var options = ForecastOptions()
    (options.learningRate, options.epochs, options.patience) = (0.02, 500, 3)
    let run = try #require(try ForecastRun.train(.linear, data, options))
    #expect(run.end == .converged && run.validation.count < 500)
    let kept = try ForecastTrainer.predictions(run.layer, data.validation, threads: 1)
    #expect(ForecastScore(kept, data.validation, data.scale).mse == run.validation.min())
    #expect(run.validation[run.bestEpoch - 1] == run.validation.min())
    let solved = try #require(try ForecastRun.train(.leastSquares, data, options))
    #expect(run.validation.min() ?? 0 < 1.5 * (try validationError(solved.layer, data)))
    options.epochs = 4
    let short = try #require(try ForecastRun.train(.linear, data, options))
    #expect(short.end == .outOfEpochs && short.validation == Array(run.validation.prefix(4)))
    options.learningRate = 1e30
    #expect(throws: ForecastError.self) { try ForecastRun.train(.dense, data, options) }
  }

  private func validationError(_ layer: any Layer, _ data: ForecastData) throws -> Double {
    let forecasts = try ForecastTrainer.predictions(layer, data.validation, threads: 1)
    return ForecastScore(forecasts, data.validation, data.scale).mse
  }

  @Test func scoresByHand() {
    let part = ForecastData.Part(window: 1, targets: 2, values: [0, 1, 2, 0, 3, 4], starts: [0, 3])
    let score = ForecastScore(Tensor(shape: [2, 2], [1, 0, 5, 4]), part, 10)
    #expect(score.mseByStep == [200, 200] && score.mse == 200 && score.mae == 10)
  }
}
