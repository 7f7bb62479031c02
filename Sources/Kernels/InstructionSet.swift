// The choice of an instruction set, and the table of kernels that belongs to it.
internal import CKernels
import Glibc

/// An instruction set for which the kernels exist.
public enum InstructionSet: String, CaseIterable, Sendable, CustomStringConvertible {
  case portable, avx2, avx512
  /// AVX-512 with bfloat16 dot products: differs from `avx512` in the bits of bf16 products only.
  case avx512bf16

  /// The name used in `SYNTH_ISA` and in reports.
  public var description: String { rawValue }

  /// Its name in C.
  var level: wn_level {
    switch self {
    case .portable: WN_PORTABLE
    case .avx2: WN_AVX2
    case .avx512: WN_AVX512
    case .avx512bf16: WN_AVX512_BF16
    }
  }

  /// Those that this processor has, slowest first; `portable` always.
  public static let available: [InstructionSet] = allCases.filter { wn_kernels_at($0.level, 1) != nil }

  /// The best one that this processor has.
  public static var best: InstructionSet { available.last ?? .portable }

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
