// The choice of an instruction set, and the table of kernels that belongs to it.
internal import CKernels
import Glibc

/// An instruction set for which the kernels exist.
public enum InstructionSet: Int, CaseIterable, Sendable, CustomStringConvertible {
  case portable = 0
  case avx2 = 1
  case avx512 = 2
  /// AVX-512 with bfloat16 dot products: differs from `avx512` in the bits of bf16 products only.
  case avx512bf16 = 3

  /// The name used in `SYNTH_ISA` and in reports.
  public var description: String {
    switch self {
    case .portable: "portable"
    case .avx2: "avx2"
    case .avx512: "avx512"
    case .avx512bf16: "avx512bf16"
    }
  }

  /// The best one that this processor has.
  public static let best = InstructionSet(rawValue: Int(wn_best_level())) ?? .portable

  /// Those that this processor has, slowest first.
  public static var available: [InstructionSet] { allCases.filter { $0.rawValue <= best.rawValue } }

  /// What the environment variable `SYNTH_ISA` asks for: nil if it is not set.
  private static let requested: String? = getenv("SYNTH_ISA").map { String(cString: $0) }

  /// Why `SYNTH_ISA` cannot be granted, with the remedy; nil if it can. Programs check it before anything else.
  public static let problem: String? = {
    guard let requested, !available.contains(where: { $0.description == requested }) else { return nil }
    let names = available.map(\.description).joined(separator: ", ")
    return
      "SYNTH_ISA=\(requested): this processor offers \(names); set one of these, or unset it for the best"
  }()

  /// The one in use: `best`, or the lower one that `SYNTH_ISA` asks for. A wrong request stops the program.
  public static let active: InstructionSet = {
    if let problem { preconditionFailure(problem) }
    return available.first { $0.description == requested } ?? best
  }()
}
