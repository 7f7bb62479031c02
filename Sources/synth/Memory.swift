// Whether the memory that a command is going to ask for is there: a figure and a remedy at once instead of an end by the
// system in the middle.
import Files
import Glibc

enum Memory {
  /// - Throws: `memory` if more than what is available is needed.
  static func require(_ bytes: Int, for purpose: String, remedy: String) throws(SynthError) {
    if let available, bytes > available {
      throw .memory(purpose: purpose, needed: bytes, available: available, remedy: remedy)
    }
  }

  /// Bytes that this process may still get: what the system has, or what its limit leaves. Nil if neither is known.
  static var available: Int? {
    let parts = [system, limit].compactMap { $0 }
    return parts.min()
  }

  /// MemAvailable of /proc/meminfo, and what can be swapped out.
  private static var system: Int? {
    let fields = table("/proc/meminfo")
    guard let memory = fields["MemAvailable"] else { return nil }
    return (memory + (fields["SwapFree"] ?? 0)) * 1024
  }

  /// What RLIMIT_AS leaves; nil if there is no such limit.
  private static var limit: Int? {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits) == 0, limits.rlim_cur < rlim_t(Int.max)
    else { return nil }
    let used = (table("/proc/self/status")["VmSize"] ?? 0) * 1024
    return max(0, Int(limits.rlim_cur) - used)
  }

  /// Lines like `MemAvailable:   123 kB`.
  private static func table(_ path: String) -> [String: Int] {
    let descriptor = Disk.open(path, O_RDONLY)
    if descriptor < 0 { return [:] }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = read(descriptor, &bytes, bytes.count)
    var fields: [String: Int] = [:]
    for line in String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n") {
      let parts = line.split(whereSeparator: { $0 == ":" || $0 == " " || $0 == "\t" })
      if parts.count >= 2, let value = Int(parts[1]) { fields[String(parts[0])] = value }
    }
    return fields
  }
}
