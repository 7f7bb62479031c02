// The reference that is told something is proven here, by finite differences (PyTorch's numbers: ToldFixtureTests.swift).
import TestSupport
import Testing
import WaveNet

@Suite("Conditioned reference") struct ToldReferenceTests {
  @Test("gradients are finite differences of the loss", arguments: 0..<6) func differences(index: Int) throws
  {
    let (model, clips) = try ToldShape.all[index].make()
    for (name, gradient) in model.gradients(clips).sorted(by: { $0.key < $1.key }) where name.contains("cond")
    {
      // Those with the largest gradients and a few more.
      let ranked = gradient.indices.sorted { abs(gradient[$0]) > abs(gradient[$1]) }
      let elements = Array(Set(ranked.prefix(3) + [0, gradient.count - 1, gradient.count / 2])).sorted()
      let differences = centralDifferences(at: model.weights[name]!, elements: elements) { values in
        var moved = model
        moved.weights[name] = values
        return moved.loss(clips)
      }
      expectClose(elements.map { gradient[$0] }, differences, .relativeToScale(1e-6), "\(name), \(index)")
    }
  }
}
