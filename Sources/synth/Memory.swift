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

  /// Bytes that this process may still get: what the system has, what a container leaves, or its own limit. Nil if none is
  /// known.
  static var available: Int? { [system, container, limit].compactMap { $0 }.min() }

  /// MemAvailable of /proc/meminfo, and what can be swapped out.
  private static var system: Int? {
    let fields = table("/proc/meminfo")
    guard let memory = fields["MemAvailable"] else { return nil }
    return (memory + (fields["SwapFree"] ?? 0)) * 1024
  }

  /// What the control group leaves, with cached files that it can do without; nil without a limit.
  private static var container: Int? {
    let folder = "/sys/fs/cgroup/memory."
    guard let most = Int(text(folder + "max")), let used = Int(text(folder + "current")) else { return nil }
    return max(0, most - used + (table(folder + "stat")["inactive_file"] ?? 0))
  }

  /// What RLIMIT_AS leaves; nil if there is no such limit.
  private static var limit: Int? {
    var limits = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits) == 0,
      limits.rlim_cur < rlim_t(Int.max)
    else { return nil }
    let used = (table("/proc/self/status")["VmSize"] ?? 0) * 1024
    return max(0, Int(limits.rlim_cur) - used)
  }

  /// Lines like `MemAvailable:   123 kB`.
  private static func table(_ path: String) -> [String: Int] {
    var fields: [String: Int] = [:]
    for line in text(path).split(separator: "\n") {
      let parts = line.split(whereSeparator: { $0 == ":" || $0 == " " || $0 == "\t" })
      if parts.count >= 2, let value = Int(parts[1]) { fields[String(parts[0])] = value }
    }
    return fields
  }

  /// The beginning of a file of the kernel's, without the newline at its end; empty if it is not there.
  static func text(_ path: String) -> String {
    let descriptor = Disk.open(path, O_RDONLY)
    if descriptor < 0 { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = unsafe max(0, read(descriptor, &bytes, bytes.count))
    let end = count > 0 && bytes[count - 1] == UInt8(ascii: "\n") ? count - 1 : count
    return String(decoding: bytes.prefix(end), as: UTF8.self)
  }
}
