// The one wall between Swift and the C maths: each kernel with its shapes checked. The C header CKernels.h says what
// each one computes, in which order it adds, and what "padded" means.
internal import CKernels

package typealias Floats = UnsafeMutablePointer<Float>

/// What lies far from a product, in the outer caches or beyond: the rows of its first factor, those of its result.
package struct Far: OptionSet, Sendable {
  package let rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }
  package static let factor = Far(rawValue: WN_COLD_A)
  package static let result = Far(rawValue: WN_COLD_C)
}

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

  /// Most outputs of a panel of float32 weights.
  package static let panelWidth = Int(WN_PANEL)

  // MARK: products

  /// c[m, n] = init[m, n] + sum over k of a(m, k) * b[k, n]; a(m, k) = a[m * aRow + k * aColumn], one of the two strides 1.
  /// What is `far` was not touched for long and is fetched ahead.
  @inline(__always)
  package func gemm(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aColumn: Int,
    _ b: UnsafePointer<Float>, _ ldb: Int, _ initial: UnsafePointer<Float>, _ ldi: Int, _ c: Floats,
    _ ldc: Int, far: Far = []
  ) {
    precondition(n & 15 == 0 && ldb & 15 == 0 && ldc & 15 == 0 && ldi & 15 == 0, "gemm: N \(n) is not padded")
    precondition(aRow == 1 || aColumn == 1, "gemm: rows \(aRow) apart, columns \(aColumn)")
    table.pointee.gemm(m, n, k, a, aRow, aColumn, b, ldb, initial, ldi, c, ldc, far.rawValue)
  }

  // MARK: gate

  /// z [rows, n], row stride `ldz`, = tanh(a[0..<n]) * sigmoid(a[n..<2n]) of each row of a [rows, 2n].
  @inline(__always)
  package func gate(_ rows: Int, _ n: Int, _ a: UnsafePointer<Float>, _ z: Floats, _ ldz: Int) {
    precondition(n & 15 == 0 && ldz & 15 == 0, "gate: \(n) is not padded")
    table.pointee.gate(rows, n, a, z, ldz)
  }

  /// a [rows, 2n] in place: pre-activations become (tanh, sigmoid); z [rows, n], row stride `ldz`, is their product.
  package func gateForward(_ rows: Int, _ n: Int, _ a: Floats, _ z: Floats, _ ldz: Int) {
    precondition(n & 15 == 0 && ldz & 15 == 0, "gate: \(n) is not padded")
    table.pointee.gate_forward(rows, n, a, z, ldz)
  }

  /// z [rows, n] = tanh * sigmoid from ts [rows, 2n].
  package func gateProduct(_ rows: Int, _ n: Int, _ ts: UnsafePointer<Float>, _ z: Floats, _ ldz: Int) {
    precondition(n & 15 == 0 && ldz & 15 == 0, "gate: \(n) is not padded")
    table.pointee.gate_product(rows, n, ts, z, ldz)
  }

  /// ts [rows, 2n] in place: (tanh, sigmoid) become the gradient of the pre-activations, given dz [rows, n].
  package func gateBackward(_ rows: Int, _ n: Int, _ ts: Floats, _ dz: UnsafePointer<Float>, _ lddz: Int) {
    precondition(n & 15 == 0 && lddz & 15 == 0, "gate: \(n) is not padded")
    table.pointee.gate_backward(rows, n, ts, dz, lddz)
  }

  // MARK: elementwise

  /// y = max(x, 0), n padded.
  @inline(__always)
  package func relu(_ n: Int, _ x: UnsafePointer<Float>, _ y: Floats) {
    precondition(n & 15 == 0, "relu: \(n) is not padded")
    table.pointee.relu(n, x, y)
  }

  /// y = max(x, 0) divided by its largest, which is returned. n padded.
  @inline(__always)
  package func reluUnit(_ n: Int, _ x: UnsafePointer<Float>, _ y: Floats) -> Float {
    precondition(n & 15 == 0, "reluUnit: \(n) is not padded")
    return table.pointee.relu_unit(n, x, y)
  }

  /// y = bias + scale * y, n padded.
  @inline(__always)
  package func scaleAdd(_ n: Int, _ scale: Float, _ bias: UnsafePointer<Float>, _ y: Floats) {
    precondition(n & 15 == 0, "scaleAdd: \(n) is not padded")
    table.pointee.scale_add(n, scale, bias, y)
  }

  /// dy = 0 where the output y was 0, n padded.
  package func reluBackward(_ n: Int, _ y: UnsafePointer<Float>, _ dy: Floats) {
    precondition(n & 15 == 0, "relu: \(n) is not padded")
    table.pointee.relu_backward(n, y, dy)
  }

  /// y += x.
  package func add(_ n: Int, _ x: UnsafePointer<Float>, _ y: Floats) { table.pointee.add(n, x, y) }

  /// y[n] += the sum of the rows of x, n padded.
  package func sumRows(_ rows: Int, _ n: Int, _ x: UnsafePointer<Float>, _ ldx: Int, _ y: Floats) {
    precondition(n & 15 == 0, "sumRows: \(n) is not padded")
    table.pointee.sum_rows(rows, n, x, ldx, y)
  }

  // MARK: softmax

  /// e = exp((x - max x) * scale); returns their sum. n padded.
  @inline(__always)
  package func softmax(_ n: Int, _ x: UnsafePointer<Float>, _ scale: Float, _ e: Floats) -> Float {
    precondition(n & 15 == 0, "softmax: \(n) is not padded")
    return table.pointee.softmax(n, x, scale, e)
  }

  /// Returns -ln softmax(x)[target]; x becomes (softmax(x) - onehot(target)) * weight. n padded.
  package func crossEntropy(_ n: Int, _ x: Floats, target: Int, weight: Float) -> Float {
    precondition(n & 15 == 0 && target >= 0 && target < n, "crossEntropy: target \(target) of \(n)")
    return table.pointee.cross_entropy(n, x, target, weight)
  }

  /// Whether no element is infinite or NaN. n padded.
  @inline(__always)
  package func allFinite(_ n: Int, _ x: UnsafePointer<Float>) -> Bool {
    precondition(n & 15 == 0, "allFinite: \(n) is not padded")
    return table.pointee.all_finite(n, x) != 0
  }

  /// The index at which the running sum of the weights w [n] passes `uniform` of their total; its weight is not 0. n padded;
  /// `sums` has room for n / 16.
  @inline(__always)
  package func draw(
    _ n: Int, _ w: UnsafePointer<Float>, uniform: Double, sums: UnsafeMutablePointer<Double>
  ) -> Int {
    precondition(n & 15 == 0 && n > 0, "draw: \(n) is not padded")
    return table.pointee.draw(n, w, uniform, sums)
  }

  // MARK: optimizer

  /// One Adam update (Kingma & Ba 2015): p -= step * m / (sqrt(v * vScale) + epsilon), gradients scaled first.
  package func adam(
    _ n: Int, parameters: Floats, gradients: UnsafePointer<Float>, gradientScale: Float, m: Floats, v: Floats,
    beta1: Float, beta2: Float, step: Float, vScale: Float, epsilon: Float
  ) {
    table.pointee.adam(n, parameters, gradients, gradientScale, m, v, beta1, beta2, step, vScale, epsilon)
  }

  /// y += t * (x - y).
  package func lerp(_ n: Int, _ y: Floats, toward x: UnsafePointer<Float>, _ t: Float) {
    table.pointee.lerp(n, y, x, t)
  }

  /// Sum of squares, in Double, in a fixed order.
  package func sumOfSquares(_ n: Int, _ x: UnsafePointer<Float>) -> Double { table.pointee.sum_squares(n, x) }

  // MARK: products of a batch

  /// Asks for x [n] into the cache: it will be read soon.
  @inline(__always)
  package func fetch(_ n: Int, _ x: UnsafePointer<Float>) { table.pointee.prefetch(n, x) }

  // MARK: packing

  /// Packs `w` [outputs, k] (row stride `ldw`, element stride `stride`) into the panels that products at f32 read: outputs padded
  /// with zeros to a multiple of 16, `panelWidth` per panel, each panel [k, width]. Needs padded(outputs) * k floats.
  package static func packPanels(
    outputs: Int, k: Int, _ w: UnsafePointer<Float>, ldw: Int, stride: Int, into panels: Floats
  ) {
    let n = padded(outputs)
    var destination = panels
    for first in Swift.stride(from: 0, to: n, by: panelWidth) {
      let width = min(panelWidth, n - first)
      for i in 0..<k {
        for j in 0..<width {
          destination[j] = first + j < outputs ? w[(first + j) * ldw + i * stride] : 0
        }
        destination += width
      }
    }
  }
}
