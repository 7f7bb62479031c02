// What figures of speed and memory were measured on, in words. Memory that is there to be used: Memory.swift.
import Glibc

enum Machine {
  /// Of the first processor; nil if the system does not say.
  static var processor: String? {
    for line in Memory.text("/proc/cpuinfo").split(separator: "\n") where line.hasPrefix("model name") {
      let name = line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
      return name.isEmpty ? nil : String(name)
    }
    return nil
  }

  /// The most memory that this process has had at once, in bytes.
  static var peakMemory: Int {
    var usage = rusage()
    return unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss * 1024 : 0
  }
}
