// Model folders: save then load is identity, crashes between two renames, and one broken folder per complaint.
import Files
import Glibc
import Kernels
import SafeTensors
import TestSupport
import Testing

@testable import WaveNet

/// A tiny model whose every weight is different from its neighbours.
func patternedModel(dilations: [Int] = [1, 2, 4], sampleRate: Int = 16000) throws -> Model {
  let configuration = try Configuration(
    sampleRate: sampleRate, residualChannels: 3, dilationChannels: 2, skipChannels: 4, headChannels: 5,
    kernelSize: 3, dilations: dilations)
  let layout = ParameterLayout(configuration)
  let parameters = AlignedBuffer(count: layout.count)
  for (n, tensor) in layout.tensors.enumerated() {
    for (i, index) in tensor.range.enumerated() {
      parameters[index] = Float((7 * i + 13 * n) % 101 - 50) / 64
    }
  }
  return Model(configuration: configuration, parameters: parameters)
}

private func refusal(_ path: String) -> CheckpointError? {
  #expect(throws: CheckpointError.self) { try ModelFolder.load(path) }
}

struct ModelFolderTests {
  @Test func saveThenLoadIsIdentity() throws {
    try withTemporaryFolder { folder in
      let model = try patternedModel()
      model.parameters[0] = -0.0
      model.parameters[1] = .leastNonzeroMagnitude
      let defaults = GenerationDefaults(temperature: 0.9, seconds: 2)
      try ModelFolder.save(model, to: "\(folder)/a/m", defaults: defaults, card: "# A card\n")
      #expect(
        names(in: "\(folder)/a/m") == [
          "README.md", "config.json", "generation_config.json", "model.safetensors",
        ])
      for path in ["\(folder)/a/m", "\(folder)/a/m/", "\(folder)/a/m/model.safetensors"] {
        let loaded = try ModelFolder.load(path)
        #expect(loaded.model.configuration == model.configuration)
        #expect(
          loaded.model.parameters.elements.map(\.bitPattern) == model.parameters.elements.map(\.bitPattern))
        #expect(loaded.defaults == defaults)
        #expect(loaded.card == "# A card\n")
        #expect(loaded.path == "\(folder)/a/m")
      }
      // Saving what was loaded writes the same bytes.
      let again = try ModelFolder.load("\(folder)/a/m")
      try ModelFolder.save(again.model, to: "\(folder)/b", defaults: again.defaults, card: again.card)
      for name in names(in: "\(folder)/a/m") {
        let bytes = try InputFile.contents(of: "\(folder)/a/m/\(name)", limit: 1 << 20)
        #expect(try InputFile.contents(of: "\(folder)/b/\(name)", limit: 1 << 20) == bytes, "\(name)")
      }
    }
  }

  @Test func aSaveWithoutDefaultsOrCardLeavesTheUsers() throws {
    try withTemporaryFolder { folder in
      try ModelFolder.save(patternedModel(), to: folder)
      #expect(names(in: folder) == ["README.md", "config.json", "model.safetensors"])
      #expect(try ModelFolder.load(folder).defaults == GenerationDefaults())
      try AtomicFile.write("mine", to: "\(folder)/README.md")
      try AtomicFile.write("{\"top_k\":3}", to: "\(folder)/generation_config.json")
      try ModelFolder.save(patternedModel(), to: folder)
      let loaded = try ModelFolder.load(folder)
      #expect(loaded.card == "mine")
      #expect(loaded.defaults == GenerationDefaults(topK: 3))
    }
  }

  @Test func whatIsNotAModel() throws {
    try withTemporaryFolder { folder in
      #expect(refusal("\(folder)/none") == .file(.notFound(path: "\(folder)/none")))
      #expect(refusal(folder) == .notAModel(path: folder))
      try AtomicFile.write("RIFF", to: "\(folder)/a.wav")
      #expect(refusal("\(folder)/a.wav") == .notAModel(path: "\(folder)/a.wav"))
      #expect(refusal("\(folder)/a.wav/model.safetensors") != nil)
      try AtomicFile.write(patternedModel().configuration.json(), to: "\(folder)/config.json")
      #expect(refusal(folder) == .weights(.file(.notFound(path: "\(folder)/model.safetensors"))))
    }
  }

  @Test func aSaveThatCannotBegin() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("x", to: "\(folder)/file")
      let error = #expect(throws: CheckpointError.self) {
        try ModelFolder.save(patternedModel(), to: "\(folder)/file")
      }
      #expect(error == .file(.cannotCreate(path: "\(folder)/file", errno: EEXIST)))
    }
  }

  @Test func settingsThatWouldNotLoadAreNotSaved() throws {
    try withTemporaryFolder { folder in
      for defaults in [
        GenerationDefaults(temperature: -1), .init(topK: 2000), .init(topP: 0), .init(seconds: 1e5),
        .init(warmUpSeconds: .nan), .init(leadInSeconds: .infinity),
      ] {
        #expect(throws: CheckpointError.self, "\(defaults)") {
          try ModelFolder.save(patternedModel(), to: "\(folder)/m", defaults: defaults)
        }
      }
      #expect(names(in: folder).isEmpty)
    }
  }

  @Test func everyTruncationOfEveryFileIsRefused() throws {
    try withTemporaryFolder { folder in
      try ModelFolder.save(patternedModel(), to: folder, defaults: GenerationDefaults(temperature: 1))
      for name in ["config.json", "generation_config.json", "model.safetensors"] {
        let path = "\(folder)/\(name)"
        let bytes = try InputFile.contents(of: path, limit: 1 << 20)
        // The last byte of the texts is a newline, which may go; the weights are cut in every 13th place.
        for length in stride(from: 0, to: bytes.count - 1, by: name == "model.safetensors" ? 13 : 1) {
          writePlainly(Array(bytes[..<length]), to: path)
          #expect(refusal(folder) != nil, "\(name) cut to \(length) bytes")
        }
        writePlainly(bytes, to: path)
      }
      #expect(throws: Never.self) { try ModelFolder.load(folder) }
    }
  }

  /// Dilations and rate are not visible in any shape: only the metadata of the weights can tell.
  @Test func aMixtureOfTwoModelsOfTheSameShapesIsRefused() throws {
    try withTemporaryFolder { folder in
      try ModelFolder.save(patternedModel(), to: folder)
      for other in [try patternedModel(dilations: [4, 2, 1]), try patternedModel(sampleRate: 48000)] {
        // As a crash leaves it between the two renames: new weights, old configuration.
        try Checkpoint.encode(other).write(to: "\(folder)/model.safetensors")
        #expect(
          refusal(folder)
            == .mixture(config: "\(folder)/config.json", weights: "\(folder)/model.safetensors"))
      }
      var writer = SafeTensorsWriter(metadata: ["config": "{}"])
      let model = try patternedModel()
      for tensor in model.layout.tensors {
        writer.add(tensor.name, shape: tensor.shape, model.tensor(tensor.name))
      }
      try writer.write(to: "\(folder)/model.safetensors")
      #expect(caseName(refusal(folder)) == "mixture")
    }
  }

  @Test func allTensorsThatDoNotFitAreListed() throws {
    let model = try patternedModel()
    var writer = SafeTensorsWriter()
    for tensor in model.layout.tensors {
      switch tensor.name {
      case "head.hidden.bias": break
      case "head.output.bias": writer.add(tensor.name, [Double](repeating: 0, count: 256))
      case "blocks.0.skip.weight": writer.add(tensor.name, shape: [4, 2], model.tensor(tensor.name))
      default: writer.add(tensor.name, shape: tensor.shape, model.tensor(tensor.name))
      }
    }
    writer.add("blocks.2.residual.bias", [1, 2, 3] as [Float])
    let weights = try SafeTensorsReader(bytes: writer.encoded(), name: "w")
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint.decode(weights, configuration: model.configuration, configPath: "c")
    }
    #expect(
      error
        == .tensors(
          path: "w",
          problems: [
            .shape(name: "blocks.0.skip.weight", wanted: [4, 2, 1], found: [4, 2]),
            .missing(name: "head.hidden.bias", shape: [5]),
            .type(name: "head.output.bias", found: .f64),
            .extra(name: "blocks.2.residual.bias"),
          ]))
    #expect(error?.description.split(separator: "\n").count == 5)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, .signalingNaN])
  func weightsThatAreNotFinite(value: Float) throws {
    let model = try patternedModel()
    model.parameters[model.layout["blocks.1.skip.bias"].range.lowerBound + 2] = value
    let weights = try SafeTensorsReader(bytes: Checkpoint.encode(model).encoded(), name: "w")
    #expect(throws: CheckpointError.nonFinite(path: "w", tensor: "blocks.1.skip.bias", index: 2)) {
      try Checkpoint.decode(weights, configuration: model.configuration, configPath: "c")
    }
  }

  /// The largest shape that a configuration can ask for is compared with the file before any memory is taken for it.
  @Test func aHugeConfigurationBesideSmallWeights() throws {
    try withTemporaryFolder { folder in
      try ModelFolder.save(patternedModel(), to: folder)
      let huge = try Configuration(
        quantizationLevels: 1024, residualChannels: 4096, dilationChannels: 4096, skipChannels: 4096,
        headChannels: 4096, kernelSize: 64, dilations: [Int](repeating: 63, count: 1000))
      try AtomicFile.write(huge.json(), to: "\(folder)/config.json")
      let error = refusal(folder)
      guard case .tensors = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect((error?.description.split(separator: "\n").count ?? 0) <= 52)
    }
  }

  /// As PyTorch's ecosystem writes it: modules of the same names, `state_dict()`, `save_file`. See the fixture's make.py.
  @Test func aStateDictSavedByPyTorchLoads() throws {
    let loaded = try ModelFolder.load(fixture("pytorch_state_dict"))
    #expect(loaded.model.configuration == (try patternedModel().configuration))
    #expect(loaded.card == nil)
    // Element i of tensor n in state_dict's order, which is ours.
    for (n, tensor) in loaded.model.layout.tensors.enumerated() {
      let expected = (0..<tensor.range.count).map { Float((7 * $0 + 13 * n) % 101 - 50) / 64 }
      #expect(Array(loaded.model.tensor(tensor.name)) == expected, "\(tensor.name)")
    }
  }
}
