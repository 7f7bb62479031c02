// Folders and damaged files for tests of everything that reads or writes.
import Glibc

/// Runs `body` with the path of a new folder, which is removed afterwards.
package func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  var template = Array("/tmp/synth-tests-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { fatalError("mkdtemp: errno \(errno)") }
  let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  defer { removeTree(path) }
  return try body(path)
}

/// Writes a file without fsync and rename: for tests that write thousands.
package func writePlainly(_ bytes: [UInt8], to path: String) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  let done = descriptor >= 0 && write(descriptor, bytes, bytes.count) == bytes.count
  precondition(done, "\(path): errno \(errno)")
  close(descriptor)
}

/// Names in a folder, sorted, without the two dots; empty where there is no such folder.
package func names(in folder: String) -> [String] {
  guard let handle = opendir(folder) else { return [] }
  defer { closedir(handle) }
  var names: [String] = []
  while let entry = readdir(handle) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// The path of a file under Tests/Fixtures.
package func fixture(_ name: String) -> String {
  let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  return here.dropLast(2).joined(separator: "/") + "/Fixtures/\(name)"
}

private func removeTree(_ path: String) {
  for name in names(in: path) where unlink("\(path)/\(name)") != 0 { removeTree("\(path)/\(name)") }
  rmdir(path)
}
