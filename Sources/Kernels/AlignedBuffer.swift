// A fixed block of floats on a 64-byte boundary: the only owner of memory that kernels see.
import Glibc

/// `count` float32 values, zero at first, aligned to 64 bytes (Swift's own allocations are aligned to 16, which costs
/// a vector kernel up to 40% in the first-level cache). Shared by reference.
///
/// `@unchecked Sendable`: a buffer has one writer at a time by construction of its users (parameters are immutable once
/// handed out; gradients, activations and queues belong to one thread); the type itself does not synchronise.
public final class AlignedBuffer: @unchecked Sendable {
  /// Number of floats.
  public let count: Int
  /// The first float.
  public let pointer: UnsafeMutablePointer<Float>

  /// Bytes of a huge page. Weights of 640 KB are read at 243 GB/s from huge pages and at 157 from small ones, whose
  /// physical addresses collide in the second-level cache (measured on a Zen 5 with 1 MB of it per core).
  private static let hugePage = 2 << 20

  /// Zero-filled.
  public init(count: Int) {
    precondition(count >= 0, "AlignedBuffer of \(count) floats")
    self.count = count
    let bytes = (max(count, 1) * MemoryLayout<Float>.stride + 63) / 64 * 64
    let isLarge = bytes >= Self.hugePage / 4
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: isLarge ? (bytes + Self.hugePage - 1) / Self.hugePage * Self.hugePage : bytes,
      alignment: isLarge ? Self.hugePage : 64)
    if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }  // advice: what comes of it changes no result
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    pointer = raw.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
  }

  /// A copy of the elements.
  public convenience init(_ values: some Collection<Float>) {
    self.init(count: values.count)
    var i = 0
    for value in values {
      pointer[i] = value
      i += 1
    }
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  /// All elements, as a view that must not outlive the buffer.
  public var elements: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: pointer, count: count)
  }

  /// Bounds-checked access.
  public subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count, "index \(index) of \(count)")
      return pointer[index]
    }
    set {
      precondition(index >= 0 && index < count, "index \(index) of \(count)")
      pointer[index] = newValue
    }
  }

  /// Overwrites all elements.
  public func fill(_ value: Float) { pointer.update(repeating: value, count: count) }

  /// Copies another buffer of the same size over this one.
  public func copy(from other: AlignedBuffer) {
    precondition(count == other.count, "copy of \(other.count) floats into \(count)")
    pointer.update(from: other.pointer, count: count)
  }
}
