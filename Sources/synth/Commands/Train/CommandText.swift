// The command line that is running, as it can be typed again.

enum CommandText {
  static let own = (["synth"] + CommandLine.arguments.dropFirst().map(quoted)).joined(separator: " ")

  /// A word for a shell: as it is, or between single quotes.
  static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "-_./,:=+@%".utf8.contains(byte)
    }
    if plain && !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
