// synth bench as a user runs it: what it prints, quickly; the numbers themselves say nothing on a busy machine.

import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct BenchTests {
  private static let keys: Set<String> = [
    "name", "shape", "precision", "clips", "threads", "instruction_set", "samples_per_second",
    "p95_samples_per_second", "ns_per_sample", "x_real_time", "gflops", "ceiling", "fraction_of_ceiling",
  ]

  @Test func aReport() throws {
    let folder = Scratch()
    _ = try saveSmallModel(folder("model"))
    let run = try Binary.run(
      [
        "bench", "--model", "model", "--rounds", "1", "--round-seconds", "0.01", "--precision", "all",
        "--clips",
        "1", "3", "--threads", "2", "--json",
      ], in: folder)
    #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
    let rows = try #require(run.json["results"] as? [[String: Any]])
    let names = rows.compactMap { $0["name"] as? String }
    #expect(names.filter { $0 == "generate" }.count >= 3 * 3)
    #expect(Array(names.suffix(5)) == ["forward", "prime", "forward", "train", "train"])  // f32 and bf16
    for row in rows {
      let name = row["name"] as? String ?? ""
      var expected = Self.keys
      if name == "generate" {
        expected.insert("weight_gigabytes_per_second")
      } else {
        expected.insert("milliseconds")
      }
      if name == "prime" { expected.insert("fraction_of_forward") }
      if row["precision"] as? String != "f32" { expected.insert("x_f32") }
      #expect(Set(row.keys) == expected, "\(row)")
      for (key, value) in row where !(value is String) {
        #expect((value as? Double).map { $0 > 0 && $0.isFinite } == true, "\(key) \(value)")
      }
      let (rate, slow) = (row["samples_per_second"] as? Double, row["p95_samples_per_second"] as? Double)
      #expect((slow ?? 0) <= (rate ?? 0), "the slow rounds are no faster than the median")
      #expect(abs((rate ?? 0) * (row["ns_per_sample"] as? Double ?? 0) - 1e9) < 1)
    }
    #expect((run.json["peak_megabytes"] as? Double ?? 0) > 1)
    checkCeilings(run.json, threads: [1, 2])
  }

  @Test func ceilingsAlone() throws {
    let run = try Binary.run(["bench", "--ceilings", "--threads", "1", "--json"])
    #expect(run.code == 0 && (run.json["results"] as? [Any])?.isEmpty == true, "\(run.errors)")
    checkCeilings(run.json, threads: [1])
    let text = try Binary.run(["bench", "--ceilings", "--threads", "1"]).text
    #expect(
      text.hasPrefix("\(InstructionSet.active): \(InstructionSet.reason)\nceilings (")
        && text.contains("\nf32 multiply-adds, G/s ")
        && text.contains("\nL1 read ("))
    #expect(!text.contains("task"))
  }

  private func checkCeilings(_ report: [String: Any], threads: [Int]) {
    let ceilings = report["ceilings"] as? [String: Any] ?? [:]
    let arithmetic = ceilings["arithmetic"] as? [[String: Any]] ?? []
    let bandwidth = ceilings["bandwidth"] as? [[String: Any]] ?? []
    for count in threads {
      let kinds = arithmetic.filter { $0["threads"] as? Int == count }.compactMap {
        $0["arithmetic"] as? String
      }
      #expect(kinds.contains("f32"))
      let levels = bandwidth.filter { $0["threads"] as? Int == count }
      #expect(levels.compactMap { $0["level"] as? String } == ["L1", "L2", "L3", "memory"])
      #expect(
        levels.allSatisfy {
          ($0["gigabytes_per_second"] as? Double ?? 0) > 0 && ($0["bytes"] as? Int ?? 0) > 0
        })
    }
    #expect(arithmetic.allSatisfy { ($0["gigaflops_per_second"] as? Double ?? 0) > 0 })
  }

  @Test func theTable() throws {
    let folder = Scratch()
    _ = try saveSmallModel(folder("model"))
    let run = try Binary.run(
      ["bench", "--model", "model", "--rounds", "1", "--round-seconds", "0.01", "--tasks", "prime"],
      in: folder)
    #expect(run.code == 0)
    let lines = run.text.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("task ") && $0.hasSuffix("of ceiling") })
    #expect(lines.contains { $0.hasPrefix("prime ") && $0.contains(" % of forward") })
    #expect(lines.last?.hasPrefix("peak memory ") == true)
  }

  /// With the counter preloaded allocations are counted, and there are none per sample. A sanitizer has to be loaded
  /// before everything else, and counts for itself.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cc") && !isSanitized))
  func allocations() throws {
    let folder = Scratch()
    _ = try saveSmallModel(folder("model"))
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/cc")
    compiler.arguments = [
      "-O2", "-shared", "-fPIC", "-ftls-model=initial-exec", "-I", tests + "/CAllocationCounter/include",
      "-o",
      folder("counter.so"), tests + "/CAllocationCounter/counter.c",
    ]
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0)
    let run = try Binary.run(
      [
        "bench", "--model", "model", "--rounds", "1", "--round-seconds", "0.1", "--tasks", "generate",
        "prime",
        "--clips", "1", "3", "--threads", "1", "--json",
      ], in: folder, environment: ["LD_PRELOAD": folder("counter.so")])
    #expect(run.code == 0, "\(run.errors)")
    let rows = try #require(run.json["results"] as? [[String: Any]])
    for row in rows {
      let count = try #require(row["allocations_per_sample"] as? Double, "\(row)")
      if row["name"] as? String == "generate" { #expect(count < 0.001, "\(row)") }
      if row["name"] as? String == "prime" { #expect(count > 0, "priming takes memory: \(row)") }
    }
  }

  @Test(arguments: [
    ["--shape", "C9"], ["--shape", "C1", "--model", "sines"], ["--rounds", "0"], ["--clips", "0"],
    ["--precision", "f64"], ["--round-seconds", "0"], ["--ceilings", "--shape", "C1"], ["--tasks", "sing"],
  ])
  func wrongUse(_ arguments: [String]) throws {
    #expect(try Binary.run(["bench"] + arguments).code == 64)
  }
}
