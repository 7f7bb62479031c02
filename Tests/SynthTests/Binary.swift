// The built binary, run as a user runs it. Output goes through files, so that nothing can block on a full pipe.

import Foundation
import Testing

/// What a run of `synth` left behind.
struct Outcome {
  let code: Int32
  let output: [UInt8]
  let errors: String
  var text: String { String(decoding: output, as: UTF8.self) }
  /// The one object of --json.
  var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(output))) as? [String: Any] ?? [:] }
  /// The one object that --json puts on standard error.
  var jsonError: [String: Any] {
    let object = (try? JSONSerialization.jsonObject(with: Data(errors.utf8))) as? [String: Any]
    return object?["error"] as? [String: Any] ?? [:]
  }
}

/// A run of `synth` that may be going on.
final class Run {
  private let process = Process()
  private let scratch = Scratch()
  private let arguments: [String]

  /// - Parameters:
  ///   - folder: working directory; a new one if nil
  ///   - environment: on top of a plain one
  ///   - program: another one than `synth`
  init(
    _ arguments: [String], in folder: Scratch? = nil, environment: [String: String] = [:],
    input: [UInt8] = [],
    outputPath: String? = nil, program: String? = nil
  ) throws {
    self.arguments = arguments
    process.executableURL = URL(fileURLWithPath: try program ?? Binary.path())
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: (folder ?? scratch).path)
    var variables = ["PATH": "/usr/bin:/bin", "HOME": scratch.path, "SYNTH_CACHE": scratch("cache")]
    // What tells the sanitizers of this process what to let pass holds for the program as well.
    for name in ["ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"] {
      variables[name] = ProcessInfo.processInfo.environment[name]
    }
    variables.merge(environment) { $1 }
    process.environment = variables
    let output = outputPath ?? scratch("stdout")
    for path in [scratch("stderr"), scratch("stdin")] + (outputPath == nil ? [output] : []) {
      guard
        FileManager.default.createFile(atPath: path, contents: path.hasSuffix("stdin") ? Data(input) : nil)
      else { throw Missing(what: path) }
    }
    process.standardInput = FileHandle(forReadingAtPath: scratch("stdin"))
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: scratch("stderr"))
    try process.run()
  }

  struct Missing: Error { let what: String }

  var errors: String {
    String(decoding: FileManager.default.contents(atPath: scratch("stderr")) ?? Data(), as: UTF8.self)
  }
  /// Bytes on standard output so far.
  var outputCount: Int { (FileManager.default.contents(atPath: scratch("stdout")) ?? Data()).count }
  /// Standard output so far, as text.
  var text: String {
    String(decoding: FileManager.default.contents(atPath: scratch("stdout")) ?? Data(), as: UTF8.self)
  }
  var isRunning: Bool { process.isRunning }
  /// Of the process.
  var number: Int32 { process.processIdentifier }
  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits until `condition` holds; false if the process ended before, or a minute went by.
  func wait(until condition: () -> Bool) -> Bool {
    let deadline = Date().addingTimeInterval(60)
    while !condition() {
      if !process.isRunning || Date() > deadline { return condition() }
      usleep(5000)
    }
    return true
  }

  /// Waits for the end. A run of more than two minutes is a failure.
  func end() -> Outcome {
    let deadline = Date().addingTimeInterval(120)
    while process.isRunning {
      if Date() > deadline {
        Issue.record("synth \(arguments.joined(separator: " ")) does not end")
        send(SIGKILL)
        break
      }
      usleep(2000)
    }
    process.waitUntilExit()
    let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return Outcome(
      code: code, output: [UInt8](FileManager.default.contents(atPath: scratch("stdout")) ?? Data()),
      errors: errors)
  }
}

enum Binary {
  /// `synth` beside the test bundle.
  static func path() throws -> String {
    let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let path = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("synth").path
    guard FileManager.default.isExecutableFile(atPath: path) else { throw Run.Missing(what: path) }
    return path
  }

  /// Runs to the end.
  static func run(
    _ arguments: [String], in folder: Scratch? = nil, environment: [String: String] = [:], input: [UInt8] = []
  ) throws -> Outcome {
    try Run(arguments, in: folder, environment: environment, input: input).end()
  }
}
