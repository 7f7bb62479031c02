// Bytes to a file that appears whole or not at all: pictures beside sounds.

/// Writing files in one piece.
package enum WholeFile {
  /// Replaces or creates a file: temporary name, sync, rename.
  /// - Throws: `cannotCreate` or `writeFailed`.
  package static func write(_ bytes: [UInt8], to path: String) throws(AudioIOError) {
    try AtomicFile.replace(path) { descriptor throws(AudioIOError) in
      try Descriptor.writeAll(descriptor, bytes, name: path)
    }
  }
}
