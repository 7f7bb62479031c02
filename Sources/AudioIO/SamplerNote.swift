// What a sample says to a sampler: which note it is, how far off, and the part that goes on while a key is held. In a WAV file the
// `smpl` chunk, written and read by libsndfile. Tests: SamplerNoteTests, which take the bytes apart.
internal import CSndfile

/// The note of a recording of one tone.
public struct SamplerNote: Hashable, Sendable {
  /// MIDI number, 0 ... 127.
  public let key: Int
  /// How much higher than the key it sounds; below 0 lower.
  public let cents: Int
  /// Samples that are played over and over while a key is held; nil if there is no such part.
  public let loop: Range<Int>?

  /// - Parameters:
  ///   - key: MIDI number, 0 ... 127
  ///   - cents: -49 ... 50; 50 less is 50 more than the key below
  ///   - loop: not empty
  public init(key: Int, cents: Int = 0, loop: Range<Int>? = nil) {
    precondition((0...127).contains(key) && (-49...50).contains(cents), "key \(key), \(cents) cents")
    precondition(
      loop.map { !$0.isEmpty && $0.lowerBound >= 0 && $0.upperBound <= 1 << 31 } ?? true,
      "a loop of \(loop?.description ?? "")")
    (self.key, self.cents, self.loop) = (key, cents, loop)
  }
}

extension SamplerNote {
  /// As libsndfile takes it. The chunk counts cents upwards alone, and libsndfile writes 256 times as many semitones where they are
  /// below 0: so the key below and what is left to it. Below key 0 there is none, and no word about cents.
  var chunk: SF_INSTRUMENT {
    var chunk = SF_INSTRUMENT()
    chunk.gain = 1
    let isLower = cents < 0 && key > 0
    chunk.basenote = CChar(isLower ? key - 1 : key)
    chunk.detune = CChar(isLower ? 100 + cents : max(0, cents))
    (chunk.velocity_hi, chunk.key_hi) = (127, 127)
    // Its end is the sample behind the last here, the last in the file.
    if let loop { synth_set_loop(&chunk, UInt32(loop.lowerBound), UInt32(loop.upperBound)) }
    return chunk
  }

  /// Of a file by anybody: what cannot be is left out.
  init?(_ chunk: SF_INSTRUMENT) {
    var chunk = chunk
    var (key, cents) = (Int(chunk.basenote), Int(chunk.detune))
    if cents > 50 { (key, cents) = (key + 1, cents - 100) }
    guard (0...127).contains(key), (-49...50).contains(cents) else { return nil }
    let (start, end) = (Int(synth_loop_start(&chunk)), Int(synth_loop_end(&chunk)))
    let isLooped = chunk.loop_count > 0 && start < end && end <= 1 << 31
    self.init(key: key, cents: cents, loop: isLooped ? start..<end : nil)
  }
}
