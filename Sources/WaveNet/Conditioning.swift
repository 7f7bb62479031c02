// What a conditioned WaveNet can be told (paper, section 2.5: global and local conditioning): its names and counts, part of a
// configuration. The arithmetic: Conditioner.swift. JSON: Conditioning+JSON.swift.
public import Signal

/// `conditioning` of a configuration. Always valid, like `Configuration`.
public struct Conditioning: Hashable, Sendable {
  /// Names of what holds for a whole clip: instruments, speakers.
  public let labels: [String]
  /// What is told frame by frame.
  public let controls: [Control]
  /// Samples of a frame, during which all values are held, 1 to 65536.
  public let frameSamples: Int
  /// C: channels of what the blocks are told, 1 to 1024.
  public let channels: Int

  /// F: values of a frame.
  public var controlChannels: Int { controls.reduce(0) { $0 + $1.width } }

  /// - Throws: `ConfigurationError` naming the first value that is not allowed.
  public init(
    labels: [String] = [], controls: [Control] = [], frameSamples: Int = 64, channels: Int = 32
  ) throws(ConfigurationError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(ConfigurationError) {
      if !range.contains(value) { throw .outOfRange(name: name, value: value, allowed: range) }
    }
    try check("conditioning.labels.count", labels.count, 0...4096)
    if labels.isEmpty && controls.isEmpty { throw .nothingToTell }
    for (i, label) in labels.enumerated() {
      // Equal to the eye is equal here: Swift compares by canonical equivalence.
      if label.isEmpty || label.utf8.count > 255 || labels[..<i].contains(label) { throw .label(label) }
    }
    for (i, control) in controls.enumerated() where controls[..<i].contains(control) {
      throw .control(control.name)
    }
    if !controls.contains(.pitch), let computed = controls.first(where: { $0.channels[0].isComputed }) {
      throw .withoutPitch(computed.name)
    }
    for case .mel(let bands) in controls {
      try check("conditioning.controls[]", bands, 1...Control.mostBands)
    }
    try check("conditioning.frame_samples", frameSamples, 1...65536)
    try check("conditioning.channels", channels, 1...1024)
    (self.labels, self.controls) = (labels, controls)
    (self.frameSamples, self.channels) = (frameSamples, channels)
  }
}

extension Conditioning {
  /// Rows of all controls, `[frames, F]`, as curves.
  package func curves(_ rows: [Float], sampleRate: Int) -> ControlCurves {
    ControlCurves(
      frame: frameSamples, sampleRate: sampleRate, channels: controls.flatMap(\.channels), values: rows)
  }
}
