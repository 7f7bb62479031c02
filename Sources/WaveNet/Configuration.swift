// The shape of a WaveNet, and the glossary of the words used everywhere else. JSON: Configuration+JSON.swift.
//
// Glossary. Residual channels R: width of the stream that runs through all blocks. Dilation channels D: width of ONE
// half of the gate. Filter and gate: the tanh and the sigmoid half. Skip channels S: width of the sum that leaves the
// blocks. Head channels H: hidden width of the output head. Quantization levels Q: mu-law codes. Kernel size K: taps of
// a dilated convolution; tap K-1 is the current tap, the others are past taps. Stack: a run of blocks whose dilations
// grow. Receptive field: how many input samples one output can see. Logits: Q unnormalised log-probabilities of the
// next code. Prime: to fill the queues with a history before generating. Frame: the samples during which what a model is told
// stays the same. C: channels of what the blocks are told, F: values of a frame. Other letters: B clips, T time steps, L blocks.
// Padded counts: a letter with p, in code and comments alike: rp is R up to the next multiple of 16, 2dp both halves of
// the gate, each padded. All of them: Dimensions.swift.

/// The hyper-parameters of a WaveNet (van den Oord et al. 2016: "paper" below). Always valid: `init` refuses anything else.
public struct Configuration: Hashable, Sendable {
  /// Sample rate of the audio that the model speaks, in Hz.
  public let sampleRate: Int
  /// Q: number of mu-law codes (paper, section 2.2): 256, 512 or 1024.
  public let quantizationLevels: Int
  /// R: channels of the residual stream (paper, section 2.4), 1 to 4096.
  public let residualChannels: Int
  /// D: channels of ONE half of the gate (paper, section 2.3), 1 to 4096.
  public let dilationChannels: Int
  /// S: channels of the skip sum (paper, section 2.4), 1 to 4096.
  public let skipChannels: Int
  /// H: hidden channels of the output head (paper, figure 4), 1 to 4096.
  public let headChannels: Int
  /// K: taps of each dilated convolution (paper, section 2.1), 2 to 64.
  public let kernelSize: Int
  /// Dilation of each block, in samples, 1 to 65536; one block per entry, up to 1000.
  public let dilations: [Int]
  /// What the model can be told (paper, section 2.5); nil for one that only ever plays what it has learnt.
  public let conditioning: Conditioning?

  /// - Throws: `ConfigurationError` naming the first value that is out of range.
  public init(
    sampleRate: Int = 16000, quantizationLevels: Int = 256, residualChannels: Int = 32,
    dilationChannels: Int = 32,
    skipChannels: Int = 64, headChannels: Int = 64, kernelSize: Int = 2, dilations: [Int],
    conditioning: Conditioning? = nil
  ) throws(ConfigurationError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(ConfigurationError) {
      if !range.contains(value) { throw .outOfRange(name: name, value: value, allowed: range) }
    }
    try check("sample_rate", sampleRate, 1000...384_000)
    if ![256, 512, 1024].contains(quantizationLevels) { throw .quantizationLevels(quantizationLevels) }
    try check("residual_channels", residualChannels, 1...4096)
    try check("dilation_channels", dilationChannels, 1...4096)
    try check("skip_channels", skipChannels, 1...4096)
    try check("head_channels", headChannels, 1...4096)
    try check("kernel_size", kernelSize, 2...64)
    try check("dilations.count", dilations.count, 1...1000)
    for dilation in dilations { try check("dilations[]", dilation, 1...65536) }
    self.sampleRate = sampleRate
    self.quantizationLevels = quantizationLevels
    self.residualChannels = residualChannels
    self.dilationChannels = dilationChannels
    self.skipChannels = skipChannels
    self.headChannels = headChannels
    self.kernelSize = kernelSize
    self.dilations = dilations
    self.conditioning = conditioning
    if receptiveField > 4_000_000 { throw .receptiveField(receptiveField) }
  }

  /// The same shape, told something else or nothing.
  public func conditioned(on conditioning: Conditioning?) -> Configuration {
    Configuration(self, conditioning: conditioning)
  }

  private init(_ other: Configuration, conditioning: Conditioning?) {
    sampleRate = other.sampleRate
    quantizationLevels = other.quantizationLevels
    residualChannels = other.residualChannels
    dilationChannels = other.dilationChannels
    skipChannels = other.skipChannels
    headChannels = other.headChannels
    kernelSize = other.kernelSize
    dilations = other.dilations
    self.conditioning = conditioning
  }

  /// L: number of blocks.
  public var blockCount: Int { dilations.count }

  /// 1 + (K-1) * sum(dilations), in input samples: the newest input and everything older that one output can see.
  public var receptiveField: Int { 1 + (kernelSize - 1) * dilations.reduce(0, +) }

  /// Multiply-adds of one generated sample: products only; the embedding is a table.
  public var multiplyAddsPerSample: Int { blockMultiplyAdds + headMultiplyAdds }

  /// Those of all blocks. The last has no residual product.
  package var blockMultiplyAdds: Int {
    let (r, d) = (residualChannels, dilationChannels)
    return blockCount * (2 * d * r * kernelSize + d * skipChannels) + (blockCount - 1) * r * d
  }

  /// Those of the head.
  package var headMultiplyAdds: Int { headChannels * (skipChannels + quantizationLevels) }

  /// Dilations 1, 2, 4, ... 2^(layers-1), repeated `stacks` times.
  public static func stackedDilations(stacks: Int, layers: Int) -> [Int] {
    (0..<stacks).flatMap { _ in (0..<layers).map { 1 << $0 } }
  }
}

/// Why a configuration is refused.
public enum ConfigurationError: Error, Hashable, Sendable {
  /// A value by its key in `config.json`; `dilations.count` and `dilations[]` are the number of blocks and one block's dilation.
  case outOfRange(name: String, value: Int, allowed: ClosedRange<Int>)
  /// Neither 256 nor 512 nor 1024.
  case quantizationLevels(Int)
  /// Each value is allowed, but together they see this many samples back, more than 4 million.
  case receptiveField(Int)
  /// Conditioning without labels and without controls.
  case nothingToTell
  /// A label that is empty, longer than 255 bytes, or there twice.
  case label(String)
  /// A control that is there twice.
  case control(String)
  /// A control that follows from `pitch`, without it.
  case withoutPitch(String)
}
