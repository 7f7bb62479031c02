// swift-tools-version: 6.2
// 6.2 is the first version from which a package with unsafe flags still resolves as a versioned dependency.
import PackageDescription

/// Every target: Swift 6 mode (from the tools version), no warnings.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// Targets with inner loops are optimised in debug builds too, so that a plain `swift run synth ...` is as fast
/// as a release build. `-O` drops `assert`: these targets use `precondition`.
let hot: [SwiftSetting] =
  strict + [
    .unsafeFlags(
      ["-O", "-wmo", "-num-threads", "2", "-disable-batch-mode"], .when(configuration: .debug)),
    .unsafeFlags(["-enforce-exclusivity=unchecked"]),
  ]
/// Targets that hold no pointers: where one calls the system or a kernel, the expression has to say `unsafe`. Which
/// targets are not among them: Tests/HouseTests/imports.txt.
let safe: [SwiftSetting] = hot + [.strictMemorySafety()]
let hotC: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=off", "-Wno-psabi", "-Wall", "-Werror"])]

/// What only the program needs, and what only a program over several machines does, see `traits`.
let program = TargetDependencyCondition.when(traits: ["Program"])
let mpi = TargetDependencyCondition.when(traits: ["MPI"])

let package = Package(
  name: "synth",
  products: [
    .library(name: "WaveNet", targets: ["WaveNet", "Generation", "Signal"]),
    .library(name: "AudioIO", targets: ["AudioIO", "Signal"]),
    .library(name: "Layers", targets: ["Layers"]),
    .executable(name: "synth", targets: ["synth"]),
  ],
  // Who wants the libraries alone depends on this package with `traits: []`, and nothing else is fetched.
  traits: [
    .trait(name: "Program", description: "The program `synth`: its command line."),
    .trait(
      name: "MPI", description: "The program over several machines, by Open MPI.", enabledTraits: ["Program"]),
    .default(enabledTraits: ["Program"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // C: inner loops, shipped models, system libraries. Each is imported by exactly one Swift target.
    .target(name: "CKernels", cSettings: hotC),
    .target(name: "CShippedModels"),
    .target(name: "CListeningPage", exclude: ["page"]),
    .systemLibrary(name: "CSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
    .systemLibrary(name: "CSoxr", pkgConfig: "soxr", providers: [.apt(["libsoxr-dev"])]),
    .systemLibrary(name: "CALSA", pkgConfig: "alsa", providers: [.apt(["libasound2-dev"])]),
    .systemLibrary(
      name: "CEbur128", pkgConfig: "libebur128", providers: [.apt(["libebur128-dev"])]),
    .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),

    // Leaves.
    .target(name: "Kernels", dependencies: ["CKernels"], swiftSettings: hot),
    .target(name: "Signal", swiftSettings: safe),
    .target(name: "Files", swiftSettings: hot),
    .target(name: "Reports", dependencies: ["Signal", "Files"], swiftSettings: safe),
    .target(name: "Instruments", dependencies: ["Signal"], swiftSettings: safe),
    .target(name: "SafeTensors", dependencies: ["Files"], swiftSettings: safe),
    .target(name: "Ranks", dependencies: [.target(name: "CMPI", condition: mpi)], swiftSettings: hot),

    // The model, and what feeds it and drinks from it. Arrows point down only.
    .target(
      name: "AudioIO", dependencies: ["CSndfile", "CSoxr", "CALSA", "Signal", "Files"], swiftSettings: hot),
    .target(
      name: "WaveNet", dependencies: ["Kernels", "SafeTensors", "Files", "Signal", "CShippedModels"],
      swiftSettings: hot
    ),
    .target(name: "Generation", dependencies: ["WaveNet", "Kernels", "Signal"], swiftSettings: hot),
    .target(name: "Layers", dependencies: ["Kernels", "Reports"], swiftSettings: hot),
    .target(name: "Corpus", dependencies: ["Signal", "AudioIO", "Files"], swiftSettings: safe),
    .target(
      name: "Training",
      dependencies: [
        "Corpus", "WaveNet", "Kernels", "Generation", "AudioIO", "SafeTensors", "Files", "Signal", "Ranks",
      ],
      swiftSettings: hot),
    .target(
      name: "Listening",
      dependencies: [
        "CEbur128", "CListeningPage", "Signal", "AudioIO", "Generation", "WaveNet", "Reports", "Files",
      ], swiftSettings: safe),

    .target(
      name: "Evaluation",
      dependencies: ["Corpus", "Generation", "WaveNet", "Kernels", "Signal", "Reports", "Files"],
      swiftSettings: safe),
    .target(
      name: "Benchmarks",
      dependencies: ["Training", "Corpus", "Generation", "WaveNet", "Kernels", "Signal"], swiftSettings: safe),
    .target(
      name: "Forecasting",
      dependencies: [
        "Layers", "Kernels", "Signal", "SafeTensors", "Files", "WaveNet", "Generation", "Reports",
      ],
      swiftSettings: safe),

    .executableTarget(
      name: "synth",
      dependencies: [
        "Signal", "SafeTensors", "AudioIO", "WaveNet", "Generation", "Corpus", "Training", "Kernels",
        "Files", "Layers", "Forecasting", "Evaluation", "Benchmarks", "Listening", "Reports", "Ranks",
        "Instruments",
        .product(name: "ArgumentParser", package: "swift-argument-parser", condition: program),
      ], swiftSettings: strict + [.strictMemorySafety()]),

    // Tests: one target per target; oracles and comparators in TestSupport.
    .target(
      name: "TestSupport", dependencies: ["WaveNet", "Signal", "Kernels", "SafeTensors", "Files", "Ranks"],
      path: "Tests/TestSupport",
      swiftSettings: hot),
    .testTarget(name: "HouseTests", exclude: ["imports.txt"]),
    .testTarget(name: "SignalTests", dependencies: ["Signal", "TestSupport"]),
    .testTarget(name: "InstrumentsTests", dependencies: ["Instruments", "Signal", "TestSupport"]),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "Signal", "Files", "TestSupport"]),
    .testTarget(name: "SafeTensorsTests", dependencies: ["SafeTensors", "Files", "TestSupport"]),
    .testTarget(name: "RanksTests", dependencies: ["Ranks", "TestSupport"]),
    .testTarget(name: "AudioIOTests", dependencies: ["AudioIO", "Signal", "Files", "TestSupport"]),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"]),
    .testTarget(
      name: "WaveNetTests",
      dependencies: ["WaveNet", "Kernels", "SafeTensors", "Files", "Signal", "TestSupport"]),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .testTarget(
      name: "GenerationTests",
      dependencies: ["Generation", "WaveNet", "Kernels", "Signal", "TestSupport", "CAllocationCounter"]),
    // The program of the README and of the article "Embedding".
    .executableTarget(
      name: "Embedding", dependencies: ["AudioIO", "Generation", "WaveNet"], path: "Tests/Embedding",
      swiftSettings: strict),
    .testTarget(
      name: "EmbeddingTests",
      dependencies: ["Embedding", "synth", "AudioIO", "Generation", "WaveNet", "TestSupport"]),
    .testTarget(name: "CorpusTests", dependencies: ["Corpus", "AudioIO", "Signal", "Files", "TestSupport"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Benchmarks", "Evaluation", "Corpus", "AudioIO", "Signal", "WaveNet", "Generation",
        "Kernels", "SafeTensors", "Files", "Ranks", "TestSupport",
      ]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["Evaluation", "Corpus", "Generation", "WaveNet", "Kernels", "Signal", "TestSupport"]),
    .testTarget(
      name: "BenchmarksTests",
      dependencies: ["Benchmarks", "Generation", "WaveNet", "Kernels", "TestSupport"]),
    .testTarget(name: "LayersTests", dependencies: ["Layers", "TestSupport"]),
    .testTarget(
      name: "ForecastingTests",
      dependencies: [
        "Forecasting", "Layers", "Generation", "WaveNet", "SafeTensors", "Files", "Signal", "TestSupport",
      ]),
    .testTarget(
      name: "ListeningTests",
      dependencies: ["Listening", "AudioIO", "Signal", "Reports", "Files", "WaveNet", "TestSupport"]),
    .testTarget(
      name: "SynthTests",
      dependencies: [
        "synth", "AudioIO", "Listening", "Signal", "Files", "SafeTensors", "WaveNet", "Generation",
        "Training", "Corpus", "Evaluation", "Kernels", "Ranks", "Instruments",
        "Forecasting", "TestSupport",
      ]),
  ],
  cLanguageStandard: .gnu2x
)
