// Key, tuning and loop in a WAV file: the bytes of its `smpl` chunk, taken apart here, and what is read back.
import Signal
import TestSupport
import Testing

@testable import AudioIO

@Suite struct SamplerNoteTests {
  private let scratch = Scratch()

  /// The 32-bit numbers of a chunk; nil if the file has none of that name.
  private func chunk(_ name: String, _ file: [UInt8]) -> [UInt32]? {
    func number(_ at: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(file[at + $1]) << (8 * UInt32($1)) } }
    var at = 12
    while at + 8 <= file.count {
      let size = Int(number(at + 4))
      if Array(file[at..<at + 4]) == Array(name.utf8) {
        return stride(from: at + 8, to: at + 8 + size - 3, by: 4).map(number)
      }
      at += 8 + size + size % 2
    }
    return nil
  }

  private func write(_ note: SamplerNote?, format: SoundFormat = .wav16) throws -> String {
    let path = scratch("n.wav")
    try SoundFile.write(
      sine(440, seconds: 0.2), to: path, format: format, comment: "synth of a test", sampler: note)
    return path
  }

  /// Unity note, fraction of a semitone above it in 32 bits, and a loop whose end is its last sample.
  @Test(arguments: [
    (SamplerNote(key: 60), 60, 0), (SamplerNote(key: 60, cents: 25), 60, 25),
    (SamplerNote(key: 60, cents: -20), 59, 80), (SamplerNote(key: 127, cents: -49), 126, 51),
    (SamplerNote(key: 1, cents: -1), 0, 99), (SamplerNote(key: 127, cents: 50), 127, 50),
    (SamplerNote(key: 0, cents: -30), 0, 0),
  ]) func bytesOfTheKey(note: SamplerNote, unity: Int, cents: Int) throws {
    let path = try write(note)
    let numbers = try #require(chunk("smpl", bytes(path)))
    #expect(numbers[3] == unity)
    #expect(abs(Double(numbers[4]) - Double(cents) / 100 * 4_294_967_296) < 4)
    #expect(numbers[2] == 1_000_000_000 / 16_000 && numbers[7] == 0, "period in ns, no loop")
    let read = try #require(try SoundFile.info(path).sampler)
    #expect(read == (note.key == 0 ? SamplerNote(key: 0) : note))
  }

  @Test(arguments: [SoundFormat.wav16, .wav24, .wavFloat]) func bytesOfTheLoop(format: SoundFormat) throws {
    let note = SamplerNote(key: 69, cents: -1, loop: 100..<2500)
    let path = try write(note, format: format)
    let numbers = try #require(chunk("smpl", bytes(path)))
    #expect(numbers.count == 9 + 6 && numbers[7] == 1)
    // Forward, from 100 to 2499, without end.
    #expect(numbers[10] == 0 && numbers[11] == 100 && numbers[12] == 2499 && numbers[14] == 0, "\(numbers)")
    let info = try SoundFile.info(path)
    #expect(info.sampler == note && info.comment == "synth of a test" && info.frames == 3200)
    // The same sound, and the same bytes again.
    #expect(try SoundFile.read(path).samples.count == 3200)
    let first = bytes(path)
    #expect(try bytes(write(note, format: format)) == first)
  }

  @Test func everyKeyComesBack() throws {
    for key in 1...127 {
      let note = SamplerNote(key: key, cents: key % 100 - 49, loop: key % 2 == 0 ? key..<2000 + key : nil)
      #expect(try SoundFile.info(write(note)).sampler == note)
    }
  }

  @Test func filesWithout() throws {
    let path = try write(nil)
    #expect(chunk("smpl", bytes(path)) == nil)
    #expect(try SoundFile.info(path).sampler == nil)
    let flac = scratch("n.flac")
    let note = SamplerNote(key: 60)
    #expect(
      caseName(error { try SoundFile.write(sine(440), to: flac, sampler: note) }) == "formatMismatch")
    #expect(scratch.names == ["n.wav"])
  }
}
