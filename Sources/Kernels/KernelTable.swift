// The one wall between Swift and the C maths: each kernel with its shapes checked. The C header CKernels.h says what
// each one computes, in which order it adds, and what "padded" means. Here: the choice of the table, the gate, elementwise
// operations, softmax. Products of training: KernelTable+Products; the optimizer: KernelTable+Optimizer; the products of
// generation: Arithmetic.
internal import CKernels

/// The kernels of one instruction set. A value: pass it along, or take `KernelTable.active`.
package struct KernelTable: Sendable {
  // A constant table of function pointers that lives for ever.
  nonisolated(unsafe) let table: UnsafePointer<wn_kernels>
  /// Which instruction set these kernels use.
  package let instructionSet: InstructionSet

  /// The kernels of `instructionSet`, which this processor must have. Without `extensions` it uses none that leave the
  /// results as they are (VNNI): for tests.
  package init(_ instructionSet: InstructionSet, extensions: Bool = true) {
    guard let table = wn_kernels_at(instructionSet.level, extensions ? 1 : 0) else {
      preconditionFailure("this processor has no \(instructionSet)")
    }
    self.table = table
    self.instructionSet = instructionSet
  }

  /// The kernels of `InstructionSet.active`.
  package static let active = KernelTable(.active)

  /// Elements up to the next multiple of 16: the length of a padded row.
  @inline(__always)
  package static func padded(_ count: Int) -> Int { (count + 15) & ~15 }

  /// Says that x [count] will be read soon.
  @inline(__always)
  package func prefetch(count: Int, _ x: UnsafePointer<Float>) { table.pointee.prefetch(count, x) }

  // MARK: gate

  /// z [rows, channels] = tanh(a[0..<channels]) * sigmoid(a[channels...]) of each row of a [rows, 2 * channels].
  @inline(__always)
  package func gate(rows: Int, channels: Int, _ a: UnsafePointer<Float>, into z: MutableRows) {
    checkGate(channels, z.stride)
    table.pointee.gate(rows, channels, a, z.start, z.stride)
  }

  /// a [rows, 2 * channels] in place: pre-activations become (tanh, sigmoid); z [rows, channels] is their product.
  package func gateForward(
    rows: Int, channels: Int, inPlace a: UnsafeMutablePointer<Float>, into z: MutableRows
  ) {
    checkGate(channels, z.stride)
    table.pointee.gate_forward(rows, channels, a, z.start, z.stride)
  }

  /// z [rows, channels] = tanh * sigmoid from ts [rows, 2 * channels].
  package func gateProduct(rows: Int, channels: Int, _ ts: UnsafePointer<Float>, into z: MutableRows) {
    checkGate(channels, z.stride)
    table.pointee.gate_product(rows, channels, ts, z.start, z.stride)
  }

  /// ts [rows, 2 * channels] in place: (tanh, sigmoid) become the gradient of the pre-activations, given dz [rows, channels].
  package func gateBackward(rows: Int, channels: Int, inPlace ts: UnsafeMutablePointer<Float>, dz: Rows) {
    checkGate(channels, dz.stride)
    table.pointee.gate_backward(rows, channels, ts, dz.start, dz.stride)
  }

  @inline(__always)
  private func checkGate(_ channels: Int, _ stride: Int) {
    precondition(
      channels & 15 == 0 && stride & 15 == 0, "gate: \(channels) channels \(stride) apart are not padded")
  }

  // MARK: elementwise

  /// y = max(x, 0), count padded.
  @inline(__always)
  package func relu(count: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
    precondition(count & 15 == 0, "relu: \(count) is not padded")
    table.pointee.relu(count, x, y)
  }

  /// dy = 0 where the output y was 0, count padded.
  package func reluBackward(count: Int, _ y: UnsafePointer<Float>, inPlace dy: UnsafeMutablePointer<Float>) {
    precondition(count & 15 == 0, "relu: \(count) is not padded")
    table.pointee.relu_backward(count, y, dy)
  }

  /// y = max(x, 0) divided by its largest, which is returned. count padded.
  @inline(__always)
  package func reluUnit(
    count: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) -> Float {
    precondition(count & 15 == 0, "reluUnit: \(count) is not padded")
    return table.pointee.relu_unit(count, x, y)
  }

  /// y = bias + scale * y, count padded.
  @inline(__always)
  package func scaleAdd(
    count: Int, inPlace y: UnsafeMutablePointer<Float>, scale: Float, bias: UnsafePointer<Float>
  ) {
    precondition(count & 15 == 0, "scaleAdd: \(count) is not padded")
    table.pointee.scale_add(count, scale, bias, y)
  }

  /// y += x.
  package func add(count: Int, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>) {
    table.pointee.add(count, x, y)
  }

  /// y [columns] += the sum of the rows of x [rows, columns], columns padded.
  package func sumRows(rows: Int, columns: Int, _ x: Rows, addingTo y: UnsafeMutablePointer<Float>) {
    precondition(columns & 15 == 0, "sumRows: \(columns) is not padded")
    table.pointee.sum_rows(rows, columns, x.start, x.stride, y)
  }

  /// Whether no element is infinite or NaN. count padded.
  @inline(__always)
  package func allFinite(count: Int, _ x: UnsafePointer<Float>) -> Bool {
    precondition(count & 15 == 0, "allFinite: \(count) is not padded")
    return table.pointee.all_finite(count, x) != 0
  }

  // MARK: softmax

  /// e = exp((x - max x) * scale); returns their sum. count padded.
  @inline(__always)
  package func softmax(
    count: Int, _ x: UnsafePointer<Float>, scale: Float, into e: UnsafeMutablePointer<Float>
  ) -> Float {
    precondition(count & 15 == 0, "softmax: \(count) is not padded")
    return table.pointee.softmax(count, x, scale, e)
  }

  /// Returns -ln softmax(x)[target]; x becomes (softmax(x) - onehot(target)) * weight. count padded.
  package func crossEntropy(
    count: Int, inPlace x: UnsafeMutablePointer<Float>, target: Int, weight: Float
  ) -> Float {
    precondition(
      count & 15 == 0 && target >= 0 && target < count, "crossEntropy: target \(target) of \(count)")
    return table.pointee.cross_entropy(count, x, target, weight)
  }

  /// The index at which the running sum of `weights` [count] passes `uniform` of their total; its weight is not 0. count
  /// padded; `sums` has room for count / 16.
  @inline(__always)
  package func draw(
    count: Int, weights: UnsafePointer<Float>, uniform: Double, sums: UnsafeMutablePointer<Double>
  ) -> Int {
    precondition(count & 15 == 0 && count > 0, "draw: \(count) is not padded")
    return table.pointee.draw(count, weights, uniform, sums)
  }
}
