// Which case of an error enum it is, where a test does not care for the payload.

/// The name of an enum's case with a payload, e.g. "cannotCreate"; nil for nil and for cases without one.
package func caseName<E: Error>(_ error: E?) -> String? {
  error.flatMap { Mirror(reflecting: $0).children.first?.label }
}
