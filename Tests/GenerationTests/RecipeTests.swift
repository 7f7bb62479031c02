// The one recipe for a model's sound: recommendation and overrides, clips at once and in pieces, ends, primes, words.
import Signal
import TestSupport
import Testing
import WaveNet

@testable import Generation

@Suite struct RecipeTests {
  private func model(rate: Int = 4000) throws -> Model {
    let configuration = try Configuration(
      sampleRate: rate, residualChannels: 5, dilationChannels: 6, skipChannels: 7, headChannels: 9,
      kernelSize: 3, dilations: [1, 2, 4, 1, 3])
    var random = PhiloxGenerator(seed: 1, stream: 0)
    return Model(
      configuration: configuration,
      parameters: Initialization.parameters(configuration, using: &random))
  }

  private let defaults = GenerationDefaults(
    temperature: 0.8, topK: 100, seconds: 0.25, warmUpSeconds: 0.00537, leadInSeconds: 0.05)

  @Test func recommendationAndOverrides() throws {
    let own = try Recipe(model(), defaults: defaults, name: "m")
    #expect(own.sampling.temperature == 0.8 && own.sampling.topK == 100 && own.leadIn.samples == 200)
    #expect(own.sampling.warmUpSamples == 21)  // 21.48, rounded
    #expect(own.samples(seconds: nil) == 1000 && own.samples(seconds: 0.00001) == 1)
    var overrides = Recipe.Overrides()
    (overrides.temperature, overrides.leadInSeconds, overrides.topP) = (1, 0, 0.9)
    let other = try Recipe(model(), defaults: defaults, name: "m", overrides: overrides)
    #expect(other.sampling.temperature == 1 && other.sampling.topK == 100 && other.leadIn.samples == 0)
    #expect(other.sampling.topP == 0.9)
    overrides.temperature = -1
    #expect(throws: GenerationError.temperature(-1)) {
      try Recipe(model(), defaults: defaults, name: "m", overrides: overrides)
    }
    #expect(try Recipe(model(), defaults: GenerationDefaults(), name: "m").samples(seconds: nil) == 16000)
  }

  /// However a clip is cut into pieces, and whatever is made beside it.
  @Test(arguments: [1, 7, 80, 5000]) func streamsAreClips(piece: Int) throws {
    let recipe = try Recipe(model(), defaults: defaults, name: "m")
    let clips = try recipe.clips(lengths: [300, 1000, 1], seed: 3, firstClip: 4, threads: 2)
    for (index, clip) in clips.enumerated() {
      let stream = RecipeStream(recipe, samples: clip.samples.count, seed: 3, clip: UInt64(4 + index))
      var samples: [Float] = []
      while !stream.isFinished { samples += try stream.next(piece) }
      #expect(samples == clip.samples && stream.delivered == samples.count)
    }
  }

  /// The same of a model that is told something: gestures that are drawn, clips that are led, each elsewhere.
  @Test(arguments: [1, 13, 5000]) func streamsAreClipsThatAreTold(piece: Int) throws {
    let conditioning = try Conditioning(
      labels: ["a", "b"], controls: [.loudness, .pitch], frameSamples: 16, channels: 5)
    let c = try model().configuration.conditioned(on: conditioning)
    let gestures = (0..<5).map { i in
      let told = randomConditions(c, frames: 20, seed: UInt64(i))
      return Gesture(
        source: "\(i)", label: i % 2, codes: randomCodes(48, seed: UInt64(i)), controls: told.controls,
        samples: 20 * 16)
    }
    let recipe = try Recipe(randomModel(c), defaults: defaults, name: "m", gestures: gestures)
    let draw = try #require(recipe.gestures)
    let silence = [UInt16](repeating: 128, count: 60)
    let led: [Direction] = [
      Direction(), draw.following(seed: 8, clip: 8, samples: 300, labels: [0.5, 0.5]),
      draw.free(seed: 1, clip: 1), Direction(Conditions(labels: [1, 0])),
      Direction(randomConditions(c, frames: 9)),
      Direction(randomConditions(c, frames: 9, start: 60), prime: silence), Direction(prime: silence),
      Direction(randomConditions(c, frames: 9, start: 40), prime: randomCodes(40)),
    ]
    let lengths = [300, 1000, 1, 80, 290, 17, 60, 200]
    for directions in [nil, led, [led[1]]] as [[Direction]?] {
      let clips = try recipe.clips(
        lengths: lengths, seed: 3, firstClip: 4, directions: directions, threads: 2)
      for (index, clip) in clips.enumerated() {
        let stream = RecipeStream(
          recipe, samples: lengths[index], seed: 3, clip: UInt64(4 + index),
          direction: directions.map { $0.count == 1 ? $0[0] : $0[index] })
        var samples: [Float] = []
        while !stream.isFinished { samples += try stream.next(piece) }
        #expect(samples == clip.samples && samples.count == lengths[index], "clip \(index)")
      }
      // Each is led by itself.
      #expect(Set(clips.map { Array($0.samples.prefix(60)) }).count == clips.count)
    }
    // Controls begin with the clip's first sample, even behind silence; labels alone hold for the lead-in as well.
    #expect(led.map { recipe.leadIn($0).samples } == [200, 0, 0, 200, 0, 0, 200, 0])
  }

  /// A clip falls to nothing at its end, and is untouched before.
  @Test func ends() throws {
    var overrides = Recipe.Overrides()
    overrides.fades = false
    let faded = try Recipe(model(), defaults: defaults, name: "m")
    let bare = try Recipe(model(), defaults: defaults, name: "m", overrides: overrides)
    let a = try faded.clips(count: 1, samples: 500, seed: 1)[0].samples
    let b = try bare.clips(count: 1, samples: 500, seed: 1)[0].samples
    #expect(a.dropLast(16) == b.dropLast(16) && a.last == 0 && b.last != 0)
    for i in 484..<500 { #expect(abs(a[i]) <= abs(b[i])) }
    #expect(FadeOut(samples: 1, sampleRate: 16000).applied([0.5]) == [0.5])
    #expect(FadeOut(samples: 2, sampleRate: 16000).applied([0.5, 0.5]) == [0.5, 0])
  }

  @Test func silentPrimesAreNone() throws {
    let recipe = try Recipe(model(), defaults: defaults, name: "m")
    let sound = (0..<100).map { Float($0 % 7) / 10 }
    let silent = recipe.prime(sound + [Float](repeating: 1e-5, count: 23))
    #expect(silent.isSilent && silent.heard == 23)
    #expect(!recipe.prime(sound + [Float](repeating: 0, count: 22)).isSilent)
    let plain = try recipe.clips(count: 1, samples: 100, seed: 1)
    #expect(
      try recipe.clips(count: 1, samples: 100, seed: 1, directions: [Direction(prime: silent.codes)]) == plain
    )
    #expect(
      try recipe.clips(
        count: 1, samples: 100, seed: 1, directions: [Direction(prime: recipe.prime(sound).codes)]) != plain)
    #expect(recipe.leadIn(Direction(prime: recipe.prime(sound).codes)).samples == 0)
  }

  @Test func stoppedClipsAreKept() throws {
    let recipe = try Recipe(model(), defaults: defaults, name: "m")
    let stopped = try recipe.clips(count: 2, samples: 40000, seed: 1, threads: 1, keepsStopped: true) {
      $0 < 20000
    }
    let count = stopped[0].samples.count
    #expect(count > 1000 && count < 40000 && stopped[1].samples.count == count)
    #expect(try recipe.clips(count: 2, samples: count, seed: 1) == stopped)
    #expect(throws: GenerationError.cancelled) {
      try recipe.clips(count: 1, samples: 40000, seed: 1) { _ in false }
    }
  }

  @Test func words() throws {
    let recipe = try Recipe(model(), defaults: defaults, name: "my model")
    #expect(
      recipe.commandLine(output: "clips/", count: 2, samples: 10, seed: 7)
        == "synth generate clips/ --model 'my model' --count 2 --samples 10 --seed 7 --temperature 0.8 --top-k 100 "
        + "--warm-up 0.00525 --lead-in 0.05")
    #expect(
      recipe.comment(program: "synth 1", seed: 7, clip: 3, samples: 10)
        == "synth 1: model=my model seed=7 clip=3 temperature=0.8 top_k=100 warm_up_samples=21 lead_in_samples=200 samples=10"
    )
    #expect(recipe.recorded["precision"] == "f32" && recipe.recorded["lead_in_samples"] == "200")
    let shipped = try Recipe(model(), defaults: GenerationDefaults(), name: "shipped:sines")
    #expect(shipped.commandLine(output: "o", count: 1, samples: 1, seed: 1).contains("--model sines "))
  }
}
