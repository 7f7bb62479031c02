// A generator that follows a model's gestures: one clip however it is asked for, for as long as it is listened to; behind sound that
// is not the gestures'; and what a program tells of a recording.
import Glibc
import Signal
import TestSupport
import Testing
import WaveNet

@testable import Generation

@Suite struct FollowingTests {
  private static let conditioning = try! Conditioning(
    labels: ["a", "b"], controls: [.loudness, .voicing, .pitch, .pitchPhase, .pitchAhead], frameSamples: 16,
    channels: 5)

  /// Gestures of 30 frames, of which 5 are in front.
  private func loaded(
    _ conditioning: Conditioning = conditioning, defaults: GenerationDefaults = .init(seconds: 0.05)
  ) throws -> LoadedModel {
    let configuration = try Configuration(
      sampleRate: 4000, residualChannels: 5, dilationChannels: 6, skipChannels: 7, headChannels: 9,
      kernelSize: 2, dilations: [1, 2, 4, 8]
    ).conditioned(on: conditioning)
    let channels = conditioning.controls.flatMap(\.channels)
    let gestures = (0..<4).map { i in
      var random = SeededValues(seed: UInt64(i + 1))
      let kept = random.values(30 * channels.count { !$0.isComputed }).map { Float($0) }
      return Gesture(
        source: "\(i)", label: conditioning.labels.isEmpty ? nil : i % 2,
        codes: randomCodes(80, seed: UInt64(i)),
        controls: channels.isEmpty
          ? [] : ControlChannel.complete(kept, channels, frame: conditioning.frameSamples, sampleRate: 4000),
        samples: 30 * 16)
    }
    return LoadedModel(
      model: randomModel(configuration), defaults: defaults, path: "m", card: nil, gestures: gestures)
  }

  /// Of a model that is told where the pitch goes, too: what is at the end of a clip does not depend on its being the end.
  @Test func aClipIsTheBeginningOfALongerOne() throws {
    let recipe = try Recipe(loaded())
    let draw = try #require(recipe.gestures)
    let width = Self.conditioning.controlChannels
    for clip in 0..<6 as Range<UInt64> {
      let long = try #require(draw.following(seed: 2, clip: clip, samples: 3000).conditions)
      for samples in [1, 16, 200, 399, 400, 401, 1500] {
        let short = try #require(draw.following(seed: 2, clip: clip, samples: samples).conditions)
        let read = (80 + samples + 15) / 16 + Conditions.lookAhead
        #expect(
          short.controls.prefix(read * width) == long.controls.prefix(read * width), "\(samples) samples")
      }
    }
    var overrides = Recipe.Overrides()
    overrides.fades = false
    let bare = try Recipe(loaded(), overrides: overrides)
    let whole = try bare.clips(count: 1, samples: 2000, seed: 2)[0].samples
    for samples in [1, 100, 390, 400, 410, 1000] {
      #expect(try bare.clips(count: 1, samples: samples, seed: 2)[0].samples == Array(whole.prefix(samples)))
    }
  }

  /// Many gestures long, in pieces of every size, which also cross where it is told more.
  @Test func howeverItIsAskedFor() throws {
    let loaded = try loaded()
    var overrides = Recipe.Overrides()
    overrides.fades = false
    let whole = try Recipe(loaded, overrides: overrides).clips(count: 1, samples: 3000, seed: 4, firstClip: 1)
    for piece in [1, 7, 64, 800, 3000] {
      let generator = try Generator(loaded, seed: 4, clip: 1)
      var samples: [Float] = []
      while samples.count < 3000 { samples += try generator.samples(min(piece, 3000 - samples.count)) }
      #expect(samples == whole[0].samples, "pieces of \(piece)")
      if samples != whole[0].samples { break }
    }
    // One clip after the other, each with an end of its own.
    let generator = try Generator(loaded, seed: 4, clip: 1)
    for first in stride(from: 0, to: 3000, by: 1000) {
      let clip = try generator.clip(seconds: 0.25)
      #expect(clip.samples.dropLast(16) == whole[0].samples[first..<first + 1000].dropLast(16))
      #expect(clip.samples.last == 0)
    }
  }

  @Test func othersOfTheSameModel() throws {
    let loaded = try loaded()
    let generator = try Generator(loaded, seed: 4)
    let samples = try generator.samples(900)
    // Another clip follows what it draws itself; a branch goes on with what this one follows.
    #expect(try generator.sibling(clip: 3).samples(900) == Generator(loaded, seed: 4, clip: 3).samples(900))
    #expect(try generator.sibling(seed: 5, clip: 0).samples(900) == Generator(loaded, seed: 5).samples(900))
    let branch = generator.branch()
    let other = generator.branch(clip: 9)
    let rest = try generator.samples(900)
    #expect(try branch.samples(900) == rest)
    #expect(branch.conditions == generator.conditions)
    #expect(try other.samples(900) != rest)
    #expect(other.conditions == generator.conditions)
    generator.reset()
    #expect(try generator.samples(1800) == samples + rest)
    #expect(try Generator(loaded, seed: 4).clip(seconds: 0.1).samples.count == 400)
  }

  /// It goes on from the sound, is told what that plays, and then follows on: as `synth generate --prime` does.
  @Test(arguments: [true, false]) func behindSound(isToldControls: Bool) throws {
    let labels = try Conditioning(labels: ["a", "b"], frameSamples: 16, channels: 5)
    let loaded = try isToldControls ? loaded() : loaded(labels)
    let conditioning = isToldControls ? Self.conditioning : labels
    let codes = randomCodes(170, seed: 77)
    let generator = try Generator(loaded, seed: 4, clip: 2)
    _ = try generator.samples(50)
    generator.prime(codes)
    let samples = try generator.samples(1200)

    let clip = Clip(samples: MuLaw(levels: 256).decode(codes), sampleRate: 4000)
    let recipe = try Recipe(loaded)
    let direction = try #require(recipe.gestures).following(seed: 4, clip: 2, samples: 1200)
      .behind(PrimedSound(clip, codes, conditioning), conditioning, sampleRate: 4000)
    // All of it is heard; whole frames of it are told of, and a label, which has none, always.
    #expect(direction.prime == codes && direction.conditions?.start == (isToldControls ? 160 : 170))
    let stream = RecipeStream(recipe, samples: 1300, seed: 4, clip: 2, direction: direction)
    #expect(try stream.next(1200) == samples)
    // Back at the beginning it follows the gesture's own.
    generator.reset()
    #expect(try generator.samples(300) == Generator(loaded, seed: 4, clip: 2).samples(300))
    #expect(try Generator(loaded, seed: 4, clip: 2).samples(300) != Array(samples.prefix(300)))
  }

  @Test func whatARecordingPlays() throws {
    let configuration = try loaded().model.configuration
    let tone = Clip(
      samples: (0..<2000).map { Float(0.3 * sin(2 * .pi * Double($0) * 440 / 4000)) }, sampleRate: 4000)
    let told = Conditions(heardIn: tone, for: configuration, labels: [1, 0])
    let channels = Self.conditioning.controls.flatMap(\.channels)
    #expect(told.labels == [1, 0] && told.controls.count == 125 * channels.count)
    let curves = ControlCurves(frame: 16, sampleRate: 4000, channels: channels, values: told.controls)
    for k in 20..<100 {
      #expect(try abs(#require(curves.curve(of: .pitch))[k]) < 0.01)
      #expect(try #require(curves.curve(of: .pitchAhead(0)))[k] == #require(curves.curve(of: .pitch))[k + 12])
    }
    let generator = Generator(try loaded().model, seed: 1)
    generator.tell(told)
    #expect(try generator.samples(2000).count == 2000)
    let plain = Conditions(heardIn: tone, for: configuration.conditioned(on: nil))
    #expect(plain.isEmpty)
  }
}
