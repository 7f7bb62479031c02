// What a safetensors header says about one tensor: element type, name, shape, place.

/// Element types of the format that are a whole number of bytes, by their name in the header.
public enum ElementType: String, Hashable, Sendable, CaseIterable {
  case f64 = "F64"
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"
  case f8e4m3 = "F8_E4M3"
  case f8e5m2 = "F8_E5M2"
  case i64 = "I64"
  case i32 = "I32"
  case i16 = "I16"
  case i8 = "I8"
  case u64 = "U64"
  case u32 = "U32"
  case u16 = "U16"
  case u8 = "U8"
  case bool = "BOOL"

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .f64, .i64, .u64: 8
    case .f32, .i32, .u32: 4
    case .f16, .bf16, .i16, .u16: 2
    case .f8e4m3, .f8e5m2, .i8, .u8, .bool: 1
    }
  }
}

/// Swift types that stand for an element type bit by bit; the others are read as raw bytes.
public protocol TensorElement: BitwiseCopyable {
  /// The element type of the format.
  static var elementType: ElementType { get }
}
extension Float: TensorElement {
  /// F32.
  public static var elementType: ElementType { .f32 }
}
extension Double: TensorElement {
  /// F64.
  public static var elementType: ElementType { .f64 }
}
extension Int64: TensorElement {
  /// I64.
  public static var elementType: ElementType { .i64 }
}
extension UInt64: TensorElement {
  /// U64.
  public static var elementType: ElementType { .u64 }
}
extension UInt16: TensorElement {
  /// U16.
  public static var elementType: ElementType { .u16 }
}
extension UInt8: TensorElement {
  /// U8.
  public static var elementType: ElementType { .u8 }
}

/// One tensor of a file.
public struct TensorEntry: Hashable, Sendable {
  /// Unique in its file.
  public let name: String
  /// Type of its elements.
  public let type: ElementType
  /// Row-major; empty for a scalar.
  public let shape: [Int]
  /// Where its bytes lie, counted from the start of the data.
  public let bytes: Range<Int>

  /// Number of elements.
  public var count: Int { bytes.count / type.size }
}

/// Product of the dimensions, or nil where it is negative or does not fit.
func elementCount(_ shape: [Int]) -> Int? {
  var count = 1
  for dimension in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
    if dimension < 0 || overflow { return nil }
    count = product
  }
  return count
}
