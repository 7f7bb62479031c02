import Foundation
import Kernels
import Testing
@testable import WaveNet

@Test func gradientsAgreeWithFiniteDifferences() throws {
  for (k, dil, r, d, s, h) in [(2, [1, 2, 4, 1, 2], 5, 3, 17, 6), (3, [3, 1, 5], 16, 20, 4, 33)] {
    let c = try Configuration(residualChannels: r, dilationChannels: d, skipChannels: s, headChannels: h, kernelSize: k, dilations: dil)
    let layout = ParameterLayout(c)
    var g = SystemRandomNumberGenerator()
    let p = AlignedBuffer((0..<layout.count).map { _ in Float.random(in: -0.4...0.4, using: &g) })
    let T = 400
    let n = c.receptiveField - 1 + T
    let codes = (0..<n).map { _ in UInt16.random(in: 0..<256, using: &g) }
    let targets = (0..<T).map { _ in UInt16.random(in: 0..<256, using: &g) }
    let pass = SequencePass(c, capacity: n, training: true)
    let w = Matrices(c, training: true)
    w.load(p)
    let grads = AlignedBuffer(count: w.layout.forwardCount)
    let flat = AlignedBuffer(count: layout.count)
    func loss() -> Double {
      w.load(p)
      return codes.withUnsafeBufferPointer { c in targets.withUnsafeBufferPointer { t in pass.loss(c, targets: t, w) } }
    }
    let l0 = codes.withUnsafeBufferPointer { c in targets.withUnsafeBufferPointer { t in
      pass.lossAndGradients(c, targets: t, w, scale: 1, gradients: grads) } }
    w.unpack(gradients: grads, into: flat)
    #expect(abs(l0 - loss()) < 1e-9 * l0)
    for tensor in layout.tensors {
      for _ in 0..<3 {
        let i = Int.random(in: tensor.range, using: &g)
        let old = p[i]
        p[i] = old + 0.01
        let up = loss()
        p[i] = old - 0.01
        let down = loss()
        p[i] = old
        let fd = (up - down) / 0.02
        let ok = abs(fd - Double(flat[i])) < 0.02 * max(abs(fd), 1) 
        #expect(ok, "\(tensor.name) fd \(fd) analytic \(flat[i])")
      }
    }
  }
}

@Test func speed() throws {
  let c = try Configuration(dilations: Configuration.stackedDilations(stacks: 2, layers: 10))
  let layout = ParameterLayout(c)
  let p = AlignedBuffer((0..<layout.count).map { _ in Float.random(in: -0.2...0.2) })
  let T = 8192
  let n = c.receptiveField - 1 + T
  let codes = (0..<n).map { _ in UInt16.random(in: 0..<256) }
  let targets = (0..<T).map { _ in UInt16.random(in: 0..<256) }
  let pass = SequencePass(c, capacity: n, training: true)
  let w = Matrices(c, training: true)
  w.load(p)
  let grads = AlignedBuffer(count: w.layout.forwardCount)
  for _ in 0..<5 {
    let t0 = Date()
    _ = codes.withUnsafeBufferPointer { c in targets.withUnsafeBufferPointer { t in
      pass.lossAndGradients(c, targets: t, w, scale: 1, gradients: grads) } }
    let dt = Date().timeIntervalSince(t0)
    print("timesteps/s 1 thread:", Double(T) / dt)
  }
}
