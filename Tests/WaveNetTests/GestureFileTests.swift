// gestures.safetensors: round trip, what is not stored and comes back, and one damaged or foreign file per complaint.
import Files
import SafeTensors
import Signal
import TestSupport
import Testing

@testable import WaveNet

@Suite struct GestureFileTests {
  private static let conditioning = try! Conditioning(
    labels: ["flute", "voice"], controls: [.loudness, .pitch, .pitchAhead, .pitchPhase, .mel(3)],
    frameSamples: 8,
    channels: 4)

  private static func model(_ conditioning: Conditioning? = conditioning) throws -> Model {
    let configuration = try patternedModel().configuration.conditioned(on: conditioning)
    let layout = ParameterLayout(configuration)
    let model = Model(configuration: configuration, parameters: .init(count: layout.count))
    for i in 0..<layout.count { model.parameters[i] = Float(i % 97 - 48) / 64 }
    return model
  }

  /// Of `frames` frames, two of them in front.
  private static func gesture(
    _ seed: UInt64, _ conditioning: Conditioning = conditioning, label: Int? = 0, frames: Int = 6
  ) -> Gesture {
    var random = SeededValues(seed: seed)
    let channels = conditioning.controls.flatMap(\.channels)
    let kept = random.values(frames * channels.count { !$0.isComputed }).map { Float($0) }
    let controls = ControlChannel.complete(
      kept, channels, frame: conditioning.frameSamples, sampleRate: 16000)
    return Gesture(
      source: "a \"b\" \u{e9}.wav at \(seed).5 s", label: label,
      codes: random.codes(2 * conditioning.frameSamples, levels: 256), controls: controls,
      samples: frames * conditioning.frameSamples - Int(seed % 8))
  }

  private static func decode(_ gestures: [Gesture], _ told: Conditioning = conditioning) throws -> [Gesture] {
    let configuration = try model(told).configuration
    let file = try SafeTensorsReader(bytes: GestureFile.encode(gestures, told).encoded(), name: "g")
    return try GestureFile.decode(file, configuration)
  }

  @Test func roundTrip() throws {
    let all = [Self.gesture(1), Self.gesture(2, label: nil), Self.gesture(16, label: 1, frames: 3)]
    #expect(try Self.decode(all) == all)
    #expect(try Self.decode([]) == [])
    let labels = try Conditioning(labels: ["x"], frameSamples: 5, channels: 2)
    #expect(try Self.decode([Self.gesture(3, labels)], labels) == [Self.gesture(3, labels)])
    let controls = try Conditioning(controls: [.voicing], frameSamples: 5, channels: 2)
    let one = Self.gesture(4, controls, label: nil)
    #expect(try Self.decode([one], controls) == [one])
    // What follows from the pitch is computed again: five of 22 values are stored.
    let file = try SafeTensorsReader(
      bytes: GestureFile.encode(all, Self.conditioning).encoded(), name: "g")
    #expect(try (file.values("gestures.0.controls") as [Float]).count == 6 * 5)
  }

  @Test func besideTheWeights() throws {
    try withTemporaryFolder { folder in
      let (model, all) = (try Self.model(), [Self.gesture(1), Self.gesture(2)])
      try ModelFolder.save(model, to: folder, gestures: all)
      let loaded = try ModelFolder.load(folder)
      #expect(loaded.gestures == all && loaded.model.configuration == model.configuration)
      #expect(Array(loaded.model.parameters.elements) == Array(model.parameters.elements))
      for tensor in loaded.model.layout.tensors where tensor.name.contains("condition") {
        #expect(Array(loaded.model.tensor(tensor.name)) == Array(model.tensor(tensor.name)))
      }
      try ModelFolder.save(model, to: folder)
      #expect(try ModelFolder.load(folder).gestures == all, "a save without leaves them")
      try ModelFolder.save(model, to: folder, gestures: [])
      #expect(try ModelFolder.load(folder).gestures.isEmpty)
      #expect(!names(in: folder).contains(GestureFile.name))
    }
  }

  /// Gestures that a model is not told do not stay beside it: the folder would not load.
  @Test func savedOverAnother() throws {
    let others = try Self.model(Conditioning(controls: [.loudness], frameSamples: 16, channels: 3))
    for (over, gestures) in [(try patternedModel(), nil), (try patternedModel(), []), (others, nil)]
      as [(Model, [Gesture]?)]
    {
      try withTemporaryFolder { folder in
        try ModelFolder.save(Self.model(), to: folder, gestures: [Self.gesture(1)])
        try ModelFolder.save(over, to: folder, gestures: gestures)
        #expect(try ModelFolder.load(folder).model.configuration == over.configuration)
        #expect(!names(in: folder).contains(GestureFile.name))
      }
    }
  }

  @Test func everyTruncationIsRefused() throws {
    try withTemporaryFolder { folder in
      try ModelFolder.save(Self.model(), to: folder, gestures: [Self.gesture(1)])
      let path = "\(folder)/\(GestureFile.name)"
      let bytes = try InputFile.contents(of: path, limit: 1 << 20)
      for length in stride(from: 0, to: bytes.count, by: 7) {
        writePlainly(Array(bytes[..<length]), to: path)
        #expect(throws: CheckpointError.self, "cut to \(length) bytes") { try ModelFolder.load(folder) }
      }
      writePlainly(bytes, to: path)
      #expect(throws: Never.self) { try ModelFolder.load(folder) }
    }
  }

  private static func expectRefused(
    _ words: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> [Gesture]
  ) {
    let error = #expect(throws: CheckpointError.self, sourceLocation: sourceLocation) { try body() }
    let said = error?.description ?? ""
    #expect(
      said.hasPrefix("g: ") && said.contains(words) && said.contains("remove it"), "\(said)",
      sourceLocation: sourceLocation)
  }

  @Test func ofAnotherModel() throws {
    let bytes = GestureFile.encode([Self.gesture(1)], Self.conditioning).encoded()
    let file = try SafeTensorsReader(bytes: bytes, name: "g")
    let other = try Conditioning(
      labels: ["voice", "flute"], controls: Self.conditioning.controls, frameSamples: 8, channels: 4)
    Self.expectRefused("told something else") {
      try GestureFile.decode(file, Self.model(other).configuration)
    }
    Self.expectRefused("told nothing") { try GestureFile.decode(file, Self.model(nil).configuration) }
  }

  /// Values that are all there, but that no gesture has.
  @Test func whatNoGestureIs() throws {
    let good = Self.gesture(1)
    func changed(
      label: Int? = 0, codes: [UInt16]? = nil, controls: [Float]? = nil, samples: Int? = nil
    ) -> [Gesture] {
      [
        good,
        Gesture(
          source: "s", label: label, codes: codes ?? good.codes, controls: controls ?? good.controls,
          samples: samples ?? good.samples),
      ]
    }
    #expect(try Self.decode(changed()).count == 2)
    for label in [-1, 2, .max] {
      Self.expectRefused("a label that the model does not have") { try Self.decode(changed(label: label)) }
    }
    var loud = good.codes
    loud[3] = 256
    var notFinite = good.controls
    notFinite[0] = .nan
    for gestures in [
      changed(codes: loud), changed(codes: good.codes.dropLast()), changed(controls: notFinite),
      changed(samples: good.codes.count - 1), changed(samples: -1), changed(samples: 1 << 40),
      // Nothing to follow.
      changed(samples: good.codes.count), changed(samples: good.codes.count + 7),
    ] { Self.expectRefused("gestures.1 holds values that no gesture has") { try Self.decode(gestures) } }
    Self.expectRefused("gestures.1 has 6 frames for 49 samples") { try Self.decode(changed(samples: 49)) }
  }

  @Test(arguments: [
    "", "{", "{}", "[1]", "[{}]", #"[{"source":1,"label":null}]"#, #"[{"source":"a","label":"flute"}]"#,
    #"[{"source":"a"}]"#, #"[{"source":"a","label":0.0}]"#,
    "[" + (0...4096).map { #"{"source":"\#($0)","label":null}"# }.joined(separator: ",") + "]",
  ])
  func listsThatAreNone(names: String) throws {
    let writer = SafeTensorsWriter(metadata: [
      "conditioning": Self.conditioning.json.compact, "gestures": names,
    ])
    let file = try SafeTensorsReader(bytes: writer.encoded(), name: "g")
    Self.expectRefused("") { try GestureFile.decode(file, Self.model().configuration) }
  }

  @Test func tensorsThatAreMissing() throws {
    let writer = SafeTensorsWriter(metadata: [
      "conditioning": Self.conditioning.json.compact, "gestures": #"[{"source":"a","label":null}]"#,
    ])
    let file = try SafeTensorsReader(bytes: writer.encoded(), name: "g")
    let error = #expect(throws: CheckpointError.self) {
      try GestureFile.decode(file, Self.model().configuration)
    }
    #expect(error?.description.contains("gestures.0.codes") == true)
  }
}
