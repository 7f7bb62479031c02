// Which cache holds the weights of a model at which precision: one clip reads them all for every sample, so that it is as fast as
// that cache, and where the next one is slow a smaller precision is worth much. Counted, not measured: Cost.
package import Kernels
package import WaveNet

package struct CachedWeights: Encodable, Sendable {
  package struct Size: Encodable, Sendable {
    package let precision: Precision
    package let bytes: Int
    /// The smallest that holds them.
    package let cache: CacheLevel
  }

  package let model: String
  package let sizes: [Size]

  package init(_ name: String, _ configuration: Configuration) {
    model = name
    sizes = Precision.allCases.map { precision in
      let bytes = Int(Cost.generation(configuration, precision: precision).weightBytes)
      return Size(precision: precision, bytes: bytes, cache: .holding(bytes))
    }
  }

  /// "f32 0.7 MB (L2), bf16 ...".
  package var sentence: String {
    sizes.map { size in
      let megabytes = (Double(size.bytes) / 1e5).rounded() / 10
      return "\(size.precision.rawValue) \(megabytes) MB (\(size.cache.rawValue))"
    }.joined(separator: ", ")
  }
}
