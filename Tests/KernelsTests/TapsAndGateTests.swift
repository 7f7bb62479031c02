// Both taps and the gate of many rows in one call against the three calls that it stands for, bit for bit, wherever it exists.
import Kernels
import TestSupport
import Testing

@Suite struct TapsAndGateTests {
  @Test(arguments: InstructionSet.available) func isTwoProductsAndAGate(set: InstructionSet) {
    var random = SeededValues(seed: 7)
    let arithmetic = Arithmetic(.bf16, KernelTable(set))
    #expect(arithmetic.joinsTapsAndGate(rows: 32, inputs: 64) == (set == .amx || set == .amxEmulated))
    #expect(
      !arithmetic.joinsTapsAndGate(rows: 31, inputs: 64) && !arithmetic.joinsTapsAndGate(rows: 32, inputs: 48)
    )
    for (rows, channels, inputs) in [(16, 32, 32), (32, 64, 64), (48, 16, 32), (64, 21, 96), (80, 128, 128)]
    where arithmetic.joinsTapsAndGate(rows: rows, inputs: inputs) {
      let padded = KernelTable.padded(channels)
      let outputs = 2 * padded
      func packed() -> AlignedBuffer {
        let w = AlignedBuffer(floats(&random, outputs * inputs))
        let panels = AlignedBuffer(count: arithmetic.packedCount(outputs: outputs, inputs: inputs))
        arithmetic.pack(outputs: outputs, inputs: inputs, Rows(w.rows(of: inputs)), into: panels.pointer)
        return panels
      }
      let width = arithmetic.encodedCount(inputs: inputs)
      func encoded() -> AlignedBuffer {
        let x = AlignedBuffer(floats(&random, rows * inputs))
        let row = AlignedBuffer(count: rows * width)
        arithmetic.encode(
          rows: rows, inputs: inputs, Rows(x.rows(of: inputs)), scale: 1, into: row.rows(of: width))
        return row
      }
      let (pastWeights, weights, past, x) = (packed(), packed(), encoded(), encoded())
      let biases = AlignedBuffer(floats(&random, rows * outputs))
      let zRow = KernelTable.padded(arithmetic.gatedCount(padded)) + 16
      for initial in [Rows(biases.rows(of: outputs)), .repeating(biases.pointer)] {
        let (sums, expected) = (AlignedBuffer(count: rows * outputs), AlignedBuffer(count: rows * zRow))
        let y = sums.rows(of: outputs)
        arithmetic.product(
          rows: rows, outputs: outputs, inputs: inputs, weights: pastWeights.pointer,
          Rows(past.rows(of: width)),
          initial: initial, into: y)
        arithmetic.product(
          rows: rows, outputs: outputs, inputs: inputs, weights: weights.pointer, Rows(x.rows(of: width)),
          initial: Rows(y), into: y)
        arithmetic.gate(rows: rows, channels: padded, sums.pointer, into: expected.rows(of: zRow))
        let z = Guarded(count: rows * zRow)
        for i in 0..<z.count { z.pointer[i] = 0 }
        arithmetic.tapsAndGate(
          rows: rows, channels: channels, inputs: inputs, pastWeights: pastWeights.pointer,
          past: Rows(past.rows(of: width)), weights: weights.pointer, Rows(x.rows(of: width)),
          initial: initial,
          into: z.rows(of: zRow))
        #expect(z.isIntact)
        #expect(
          (0..<z.count).allSatisfy { z.pointer[$0].bitPattern == expected[$0].bitPattern },
          "\(set): \(rows) rows, \(channels) channels, \(inputs) inputs")
      }
    }
  }
}
