// The transform against the sum written out; windows against their published properties.

import Foundation
import Testing

@testable import Signal

@Suite struct SpectrumTests {
  @Test(arguments: [2, 4, 8, 64, 256]) func transformIsTheSum(size: Int) {
    var generator = PhiloxGenerator(seed: 5, stream: UInt64(size))
    let re = (0..<size).map { _ in generator.normal() }
    let im = (0..<size).map { _ in generator.normal() }
    var (a, b) = (re, im)
    FFT(size: size).transform(re: &a, im: &b)
    for k in 0..<size {
      var (x, y) = (0.0, 0.0)
      for n in 0..<size {
        let angle = -2 * Double.pi * Double(k * n % size) / Double(size)
        x += re[n] * cos(angle) - im[n] * sin(angle)
        y += re[n] * sin(angle) + im[n] * cos(angle)
      }
      #expect(abs(a[k] - x) < 1e-10 && abs(b[k] - y) < 1e-10)
    }
  }

  @Test func powerOfATone() {
    let fft = FFT(size: 1024)
    let power = fft.power((0..<1024).map { cos(2 * .pi * 100 * Double($0) / 1024) })
    #expect(power.count == 513)
    #expect(abs(power[100] - 512 * 512) < 1e-6)
    #expect(power.enumerated().allSatisfy { $0.offset == 100 || $0.element < 1e-15 * power[100] })
    #expect(abs(fft.power([1]).reduce(0, +) - 513) < 1e-9)  // padded
  }

  @Test func sizes() {
    #expect(
      [0, 1, 2, 3, 4, 5, 1023, 1024, 1025].map { FFT.size(atLeast: $0) } == [
        2, 2, 2, 4, 4, 8, 1024, 1024, 2048,
      ])
  }

  @Test func blackmanHarrisSideLobes() {
    let window = Window.blackmanHarris.values(256)
    let power = FFT(size: 8192).power(window)
    let lobe = Int(Window.blackmanHarris.lobe * 8192 / 256)
    let side = power[(lobe + 1)...].max()! / power[0]
    #expect(decibels(power: side) < -92 && decibels(power: side) > -93)
    #expect(abs(Window.hann.values(100)[50] - 1) < 1e-12 && Window.hann.values(100)[0] == 0)
  }

  @Test func decibelsAndBack() {
    #expect(abs(decibels(power: 2) - 3.0103) < 1e-4)
    #expect(abs(powerRatio(decibels: -26) - 0.002511886) < 1e-9)
    #expect(decibels(power: 0) == -.infinity)
  }

  @Test func levelsOfATone() {
    let clip = render([SinePartial(frequency: 1000, amplitude: 0.5, phase: 0)], seconds: 0.5)
    let spectrogram = Spectrogram(clip)  // 1000 Hz is bin 64
    #expect(spectrogram.frames == 32 && spectrogram.bins == 513 && spectrogram.levels.count == 32 * 513)
    for frame in 4..<28 {
      #expect(abs(spectrogram.levels[frame * 513 + 64] + 6.0206) < 0.01)
      #expect(spectrogram.levels[frame * 513 + 300] < -100)
    }
    #expect(Spectrogram(Clip(samples: [], sampleRate: 8)).frames == 0)
    #expect(Spectrogram(Clip(samples: [0], sampleRate: 8)).levels.allSatisfy { $0 == -200 })
  }
}
