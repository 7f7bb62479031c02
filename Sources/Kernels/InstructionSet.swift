// The choice of an instruction set, and the table of kernels that belongs to it.
internal import CKernels
import Glibc

/// An instruction set for which the kernels exist.
public enum InstructionSet: Int, CaseIterable, Sendable, CustomStringConvertible {
  case portable = 0
  case avx2 = 1
  case avx512 = 2

  /// The name used in `SYNTH_ISA` and in reports.
  public var description: String {
    switch self {
    case .portable: "portable"
    case .avx2: "avx2"
    case .avx512: "avx512"
    }
  }

  /// The best one that this processor has.
  public static let best = InstructionSet(rawValue: Int(wn_best_level())) ?? .portable

  /// Those that this processor has, slowest first.
  public static var available: [InstructionSet] { allCases.filter { $0.rawValue <= best.rawValue } }

  /// The one in use: `best`, or the lower one that the environment variable `SYNTH_ISA` asks for.
  public static let active: InstructionSet = {
    guard let value = getenv("SYNTH_ISA") else { return best }
    let name = String(cString: value)
    return available.first { $0.description == name } ?? best
  }()
}
