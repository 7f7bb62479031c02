// File names are strings of bytes; a Swift String is Unicode, and compares by canonical equivalence. Names stand in
// Strings with every byte that is not UTF-8 as one character of a private plane, so that any name goes through flags,
// run.json and messages and comes back as the same bytes. Names are compared by their bytes (`key`), never as Strings:
// "é" in one piece and in two are two files. Whoever hands a name to the system goes through here or through `Disk`.
import Glibc

/// Names of files as text. A namespace.
package enum FileName {
  /// Byte b of 0x80...0xFF that is not part of UTF-8 stands as the scalar U+10FF00 + b.
  private static let plane: UInt32 = 0x10FF00

  /// The text of a name. A scalar of the private plane that is in the name as UTF-8 is taken byte by byte too, so that
  /// `bytes(text(b)) == b` for all b.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    var scalars = String.UnicodeScalarView()
    var at = 0
    while at < bytes.count {
      if let (scalar, length) = decode(bytes[at...]), !isEscape(scalar) {
        scalars.append(scalar)
        at += length
      } else {
        scalars.append(Unicode.Scalar(plane + UInt32(bytes[at]))!)
        at += 1
      }
    }
    return String(scalars)
  }

  /// The text of a name that ends in a zero byte.
  package static func text(cString: UnsafePointer<CChar>) -> String {
    text(UnsafeRawBufferPointer(start: cString, count: strlen(cString)))
  }

  /// The bytes that a text stands for, without a zero at the end.
  package static func bytes(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      if isEscape(scalar) { bytes.append(UInt8(scalar.value - plane)) } else { bytes += UTF8.encode(scalar)! }
    }
    return bytes
  }

  /// What makes two names the same file name.
  package static func key(_ text: String) -> [UInt8] { bytes(text) }

  /// Byte order, which no locale changes.
  package static func precedes(_ a: String, _ b: String) -> Bool {
    bytes(a).lexicographicallyPrecedes(bytes(b))
  }

  /// Calls `body` with the name's bytes and a zero at the end. Nothing may stay of the pointer.
  package static func withCString<R, E: Error>(
    _ text: String, _ body: (UnsafePointer<CChar>) throws(E) -> R
  ) throws(E) -> R {
    let bytes = bytes(text).map { CChar(bitPattern: $0) } + [0]
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<R, E> in
      do throws(E) { return .success(try body(buffer.baseAddress!)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// For people: what a terminal would obey, and bytes that are not UTF-8, as \xNN.
  package static func shown(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
      if isEscape(scalar) {
        shown += escape(scalar.value - plane)
      } else if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
        shown += escape(scalar.value)
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// The words of this process' command line, as texts.
  package static func arguments() -> [String] {
    (0..<Int(CommandLine.argc)).compactMap { CommandLine.unsafeArgv[$0].map { text(cString: $0) } }
  }

  /// A variable of the environment that holds a name; nil if it is missing or empty.
  package static func environment(_ variable: String) -> String? {
    guard let value = getenv(variable), value.pointee != 0 else { return nil }
    return text(cString: value)
  }

  private static func escape(_ value: UInt32) -> String {
    "\\x" + (value < 0x10 ? "0" : "") + String(value, radix: 16)
  }

  private static func isEscape(_ scalar: Unicode.Scalar) -> Bool {
    (plane + 0x80...plane + 0xFF).contains(scalar.value)
  }

  /// The scalar at the start of `bytes` and its length; nil if there is none.
  private static func decode(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
    var iterator = bytes.prefix(4).makeIterator()
    var decoder = UTF8()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return (scalar, UTF8.width(scalar))
  }
}
