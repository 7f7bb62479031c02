// The choice of an instruction set, and the table of kernels that belongs to it.
internal import CKernels
import Glibc

/// An instruction set for which the kernels exist.
public enum InstructionSet: String, CaseIterable, Sendable, CustomStringConvertible {
  case portable, avx2, avx512
  /// AVX-512 with bfloat16 dot products: differs from `avx512` in the bits of bf16 products only.
  case avx512bf16
  /// AVX-512 with the tile unit of Intel's Advanced Matrix Extensions: differs from `avx512` in the bits of bf16 products only.
  case amx
  /// The bits of `amx` on any processor with AVX2, slowly: its twin in tests, and what makes its results elsewhere.
  case amxEmulated = "amx-emulated"

  /// The name used in `SYNTH_ISA` and in reports.
  public var description: String { rawValue }

  /// Its name in C.
  var level: wn_level {
    switch self {
    case .portable: WN_PORTABLE
    case .avx2: WN_AVX2
    case .avx512: WN_AVX512
    case .avx512bf16: WN_AVX512_BF16
    case .amx: WN_AMX
    case .amxEmulated: WN_AMX_EMULATED
    }
  }

  /// Whether products at bf16 round their inputs too, and add in another order than those at f32.
  package var multipliesBF16: Bool {
    switch self {
    case .portable, .avx2, .avx512: false
    case .avx512bf16, .amx, .amxEmulated: true
    }
  }

  /// Those that this processor has; `portable` always.
  public static let available: [InstructionSet] = allCases.filter { wn_has_level($0.level) != 0 }

  /// The one that is chosen where nothing else is asked for: by what the processor is, never by a stopwatch, since the same seed
  /// gives the same bytes. Which one for which processor, and why: CKernels/dispatch.c.
  public static let best: InstructionSet = {
    let level = wn_default_level()
    return available.first { $0.level == level } ?? .portable
  }()

  /// What the environment variable `SYNTH_ISA` asks for: nil if it is not set.
  private static let requested: String? = getenv("SYNTH_ISA").map { String(cString: $0) }

  /// Why `SYNTH_ISA` cannot be granted, with the remedy; nil if it can. Programs check it before anything else.
  public static let problem: String? = {
    guard let requested, !available.contains(where: { $0.description == requested }) else { return nil }
    let names = available.map(\.description).joined(separator: ", ")
    return
      "SYNTH_ISA=\(requested): this processor offers \(names); set one of these, or unset it for the best"
  }()

  /// Why the one in use is, for people.
  package static let reason: String = {
    if requested != nil { return "SYNTH_ISA asks for it" }
    switch active {
    case .amx: return "its tiles multiply bfloat16 and bytes several times as fast as anything else here"
    case .avx512bf16: return "its bfloat16 dot products are faster than f32 on this family of processors"
    case .avx512 where available.contains(.avx512bf16):
      return
        "bfloat16 dot products are slower than f32 on this family of processors, or nobody has measured them; "
        + "SYNTH_ISA=avx512bf16 uses them"
    case .portable, .avx2, .avx512, .amxEmulated: return "the widest that this processor has"
    }
  }()

  /// The one in use: `best`, or the lower one that `SYNTH_ISA` asks for. A wrong request stops the program.
  public static let active: InstructionSet = {
    if let problem { preconditionFailure(problem) }
    return available.first { $0.description == requested } ?? best
  }()
}
