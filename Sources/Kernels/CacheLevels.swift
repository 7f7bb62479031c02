// Which caches a core reads through, and how much each holds.
import Glibc

/// Where a thread's data lie while it reads them again and again.
package enum CacheLevel: String, CaseIterable, Sendable, Encodable {
  case l1 = "L1"
  case l2 = "L2"
  case l3 = "L3"
  case memory

  /// Bytes that it holds, as the system says of the first processor; common sizes where it does not say. (glibc's
  /// `sysconf` is not asked: before 2.37 it reports ten times the L3 of some processors.)
  package static let capacities: [CacheLevel: Int] = {
    var found: [CacheLevel: Int] = [.l1: 32 << 10, .l2: 512 << 10, .l3: 16 << 20, .memory: .max]
    for index in 0..<8 {
      let folder = "/sys/devices/system/cpu/cpu0/cache/index\(index)/"
      guard let level = firstWord(folder + "level"), let size = firstWord(folder + "size"),
        let type = firstWord(folder + "type"), type != "Instruction",
        let cache = CacheLevel(rawValue: "L\(level)"), let bytes = bytes(size)
      else { continue }
      found[cache] = bytes
    }
    return found
  }()

  /// The smallest level that holds `bytes`.
  package static func holding(_ bytes: Int) -> CacheLevel {
    allCases.first { bytes <= capacities[$0]! } ?? .memory
  }

  /// "1024K" and "32M" as bytes; nil for anything else.
  static func bytes(_ size: String) -> Int? {
    guard let unit = size.last, let shift = ["K": 10, "M": 20][unit], let count = Int(size.dropLast()),
      count > 0
    else { return nil }
    return count << shift
  }

  private static func firstWord(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    let text = String(decoding: line.prefix { $0 > 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).first.map(String.init)
  }
}
