// What `synth generate` says it has made: as JSON and in words.
import Reports

/// What `generate --json` prints.
struct GenerationReport: Encodable {
  let files: [String]
  let model: String
  let seed: UInt64
  let firstClip: Int
  let clips: Int
  /// Clips that were made now; the others were there.
  let made: Int
  /// That were generated, of each clip.
  let samples: Int
  /// Of the priming recording, in front of them in each file: with --include-prime all of it.
  let primeSamplesInFile: Int
  let sampleRate: Int
  let temperature: Double
  let topK: Int?
  let topP: Double?
  let warmUpSamples: Int
  let leadInSamples: Int
  let precision: String
  /// What the model heard of that recording.
  let primeSeconds: Double?
  /// What each clip follows; nil where it follows nothing.
  let follows: [String?]
  /// Clips made now in which nothing is to be heard.
  let silentClips: Int
  let samplesPerSecond: Double
  let timesRealTime: Double

  init(_ plan: GenerationPlan, files: [String], made: Int, silentClips: Int, seconds: Double) {
    let recipe = plan.recipe
    (self.files, model, seed) = (files, recipe.name, plan.seed)
    (firstClip, clips, samples) = (plan.numbers.lowerBound, plan.numbers.count, plan.samples)
    primeSamplesInFile = plan.includesPrime ? plan.prime?.sound.codes.count ?? 0 : 0
    sampleRate = recipe.sampleRate
    let sampling = recipe.sampling
    (temperature, topK, topP) = (sampling.temperature, sampling.topK, sampling.topP)
    (warmUpSamples, leadInSamples) = (sampling.warmUpSamples, plan.leadIn.samples)
    precision = recipe.precision.rawValue
    follows = plan.numbers.map { plan.direction(clip: $0).source }
    primeSeconds = plan.prime.map { Double($0.sound.heard) / Double(recipe.sampleRate) }
    (self.made, self.silentClips) = (made, silentClips)
    samplesPerSecond = Double(plan.total) * Double(made) / max(seconds, 1e-9)
    timesRealTime = samplesPerSecond / Double(sampleRate)
  }

  /// The same in words.
  var sentence: String {
    let place: String
    switch files.count {
    case 0: place = ""
    case 1: place = files[0] + ": "
    default: place = "\(files[0]) ... \(files.last!): \(clips) clips of "
    }
    func seconds(_ samples: Int) -> String {
      NumberText.fixed(Double(samples) / Double(sampleRate), 3) + " s"
    }
    let length =
      seconds(samples)
      + (primeSamplesInFile > 0 ? " behind \(seconds(primeSamplesInFile)) of the recording" : "")
    let settings =
      "\(place)\(length) from \(model), seed \(seed), temperature \(NumberText.short(temperature))"
    if made == 0 { return settings + "; all were there: nothing was made" }
    return settings + (made < clips ? "; \(clips - made) were there, \(made) made; " : "; ")
      + "\(NumberText.short(samplesPerSecond)) samples/s, \(NumberText.short(timesRealTime)) x real time"
  }

  /// Of clips that turned out silent; nil if none did.
  var silenceWarning: String? {
    if silentClips == 0 { return nil }
    let which = clips == 1 ? "the clip is" : "\(silentClips) of \(made) clips are"
    let remedy =
      follows.contains { $0 != nil }
      ? "the model may not have learnt what it is told, pitches or levels that its recordings did not have"
      : temperature < 1 && warmUpSamples == 0
        ? "at temperature \(NumberText.short(temperature)) a model may stay in silence: give --temperature 1 or --warm-up 0.5"
        : "try other seeds, or train longer"
    return "\(which) silent: \(remedy)"
  }
}
