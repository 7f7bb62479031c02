// Streams: exact bytes, pipes with small reads, a reader that leaves, headers put right in ordinary files.

import Foundation
import Signal
import TestSupport
import Testing

@testable import AudioIO

@Suite struct StreamTests {
  func raw(_ samples: [Float]) -> [UInt8] {
    PCM16.quantize(samples).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }

  @Test func throughAPipe() throws {
    for container in [StreamWriter.Container.wav, .raw] {
      let pipe = Pipe()
      let samples = noise(200_000, level: 1.2)  // more than the pipe holds; clipped
      let received = reading(pipe)
      let descriptor = pipe.fileHandleForWriting.fileDescriptor
      let writer = try StreamWriter(fileDescriptor: descriptor, sampleRate: 22050, container: container)
      for start in stride(from: 0, to: samples.count, by: 7777) {
        try writer.write(Array(samples[start...].prefix(7777)))
      }
      try writer.finish()
      try pipe.fileHandleForWriting.close()
      let header = container == .wav ? StreamWriter.header(sampleRate: 22050, dataBytes: 0x7FFF_F000) : []
      #expect(received() == header + raw(samples))
      #expect(writer.sampleCount == samples.count)
    }
  }

  @Test func headerBytes() {
    let header = StreamWriter.header(sampleRate: 16000, dataBytes: 0x7FFF_F000)
    #expect(header.count == 44)
    #expect(header[4..<8] == [0x24, 0xF0, 0xFF, 0x7F])
    #expect(header[40...] == [0x00, 0xF0, 0xFF, 0x7F])
    #expect(header[24..<28] == [0x80, 0x3E, 0, 0])
  }

  @Test func ordinaryFileGetsItsLength() throws {
    let scratch = Scratch()
    let samples = noise(1000)
    let descriptor = open(scratch("s.wav"), O_RDWR | O_CREAT, 0o600)
    let writer = try StreamWriter(fileDescriptor: descriptor, sampleRate: 16000)
    try writer.write(samples)
    try writer.finish()
    close(descriptor)
    #expect(bytes(scratch("s.wav")) == StreamWriter.header(sampleRate: 16000, dataBytes: 2000) + raw(samples))
    // The same as through libsndfile.
    try SoundFile.write(Clip(samples: samples, sampleRate: 16000), to: scratch("f.wav"))
    #expect(bytes(scratch("f.wav")) == bytes(scratch("s.wav")))
  }

  @Test func readerThatLeaves() throws {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    let writer = try StreamWriter(fileDescriptor: descriptor, sampleRate: 16000)
    try pipe.fileHandleForReading.close()
    let found = error { for _ in 0..<100 { try writer.write(noise(10000)) } }
    #expect(found == .brokenPipe(path: "standard output"))  // and we are still alive
  }

  @Test func fullDisk() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    #expect(
      caseName(error { _ = try StreamWriter(fileDescriptor: descriptor, sampleRate: 16000) }) == "writeFailed"
    )
  }

  @Test func slowReaderOfANonblockingPipe() throws {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
    let received = reading(pipe, after: 0.05)
    let samples = noise(300_000)
    let writer = try StreamWriter(fileDescriptor: descriptor, sampleRate: 16000, container: .raw)
    try writer.write(samples)
    try pipe.fileHandleForWriting.close()
    #expect(received() == raw(samples))
  }

  @Test func nothingNotFinite() throws {
    let descriptor = open("/dev/null", O_WRONLY)
    defer { close(descriptor) }
    let writer = try StreamWriter(fileDescriptor: descriptor, sampleRate: 16000)
    try writer.write([0, 0])
    #expect(error { try writer.write([0, .nan]) } == .unwritableSample(path: "standard output", index: 3))
  }
}

/// Reads a pipe to its end in a thread of its own (a blocked test must not wait for the task pool it blocks).
func reading(_ pipe: Pipe, after seconds: Double = 0) -> () -> [UInt8] {
  let done = DispatchSemaphore(value: 0)
  nonisolated(unsafe) var result: [UInt8] = []
  Thread.detachNewThread {
    Thread.sleep(forTimeInterval: seconds)
    result = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
    done.signal()
  }
  return {
    done.wait()
    return result
  }
}
