// What tells one model's weights from another's, in a number: for records of what made something.
internal import Files

extension Model {
  /// Of the configuration and all weights, as `Files.Checksum`; the same on every machine.
  package var checksum: UInt64 {
    Checksum.joined(
      Checksum.of(configuration.json()), Checksum.of(UnsafeRawBufferPointer(parameters.elements)))
  }
}
