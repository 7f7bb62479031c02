// Every format that libsndfile writes, cut and damaged in many places: all of the sound, or an error that names the file;
// never a crash, never less sound without a word.

import Files
import Foundation
import Signal
import TestSupport
import Testing

@testable import AudioIO

@Suite struct DamageTests {
  struct Format: Sendable, CustomTestStringConvertible {
    let name: String
    let code: Int32
    /// Whether the file says in some way how long it is: by a number, or by blocks that are whole or not.
    var isBounded = true
    /// Whether damage shows: by checksums of the sound.
    var isChecked = false
    var testDescription: String { name }
  }

  static let formats: [Format] = [
    Format(name: "wav 16", code: 0x010002), Format(name: "wav u8", code: 0x010005),
    Format(name: "wav ulaw", code: 0x010010), Format(name: "wav ima", code: 0x010012),
    Format(name: "wav ms", code: 0x010013), Format(name: "wav gsm", code: 0x010020),
    Format(name: "wavex", code: 0x130002), Format(name: "rf64", code: 0x220002),
    Format(name: "w64", code: 0x0B0002), Format(name: "aiff", code: 0x020002),
    Format(name: "aifc float", code: 0x020006), Format(name: "au", code: 0x030002),
    Format(name: "au g721", code: 0x030030), Format(name: "caf", code: 0x180002),
    Format(name: "caf alac", code: 0x180070), Format(name: "svx 8", code: 0x060001),
    Format(name: "svx 16", code: 0x060002), Format(name: "sphere", code: 0x070002),
    Format(name: "voc", code: 0x080002), Format(name: "voc u8", code: 0x080005),
    Format(name: "avr", code: 0x120002), Format(name: "htk", code: 0x100002),
    Format(name: "sds", code: 0x110002), Format(name: "mpc2k", code: 0x210002),
    Format(name: "mat4", code: 0x0C0002), Format(name: "mat5", code: 0x0D0002),
    Format(name: "wve", code: 0x190011),
    Format(name: "xi", code: 0x0F0051, isBounded: false),  // libsndfile writes a length of 0
    Format(name: "flac", code: 0x170002, isChecked: true),
    Format(name: "vorbis", code: 0x200060, isChecked: true),
    Format(name: "opus", code: 0x200064, isChecked: true), Format(name: "mp3", code: 0x230082),
    // Header and samples, and nothing that says how many.
    Format(name: "paf", code: 0x050002, isBounded: false),
    Format(name: "pvf", code: 0x0E0002, isBounded: false),
    Format(name: "ircam", code: 0x0A0002, isBounded: false),
  ]

  private func made(_ format: Format, _ count: Int) throws -> [UInt8]? {
    let scratch = Scratch()
    let rate = [0x190011].contains(format.code) ? 8000 : [0x0F0051].contains(format.code) ? 44100 : 16000
    do {
      try writeAny(
        noise(count, level: 0.3), channels: 1, rate: rate, code: format.code, to: scratch("x"))
    } catch AudioIOError.cannotCreate {
      return nil  // a libsndfile that was built without it
    }
    return bytes(scratch("x"))
  }

  @Test(arguments: formats) func cutIsNoticed(format: Format) throws {
    let scratch = Scratch()
    guard let whole = try made(format, 12_000) else { return }
    put(whole, scratch("whole"))
    let frames = try SoundFile.read(scratch("whole")).samples.count
    #expect(frames >= 12_000 - 2, "\(format.name)")
    var silent: [Int] = []
    for share in [0.001, 0.01, 0.03, 0.1, 0.25, 0.4, 0.6, 0.75, 0.9, 0.97] {
      let count = Int(Double(whole.count) * share)
      put(Array(whole.prefix(count)), scratch("cut"))
      do throws(AudioIOError) {
        let found = try SoundFile.readMixed(scratch("cut"))
        if found.clip.samples.count < frames - 2 && !found.traits.isOpenEnded { silent.append(count) }
      } catch {
        #expect(error.path == scratch("cut"), "\(error)")
        #expect(!error.description.contains("9223372036854775807"), "\(error)")
      }
    }
    #expect(silent.isEmpty || !format.isBounded, "\(format.name): \(silent) of \(whole.count) bytes")
  }

  @Test(arguments: formats) func damageIsSurvived(format: Format) throws {
    let scratch = Scratch()
    guard let whole = try made(format, 6000) else { return }
    put(whole, scratch("whole"))
    let frames = try SoundFile.read(scratch("whole")).samples.count
    var generator = PhiloxGenerator(seed: 12, stream: UInt64(format.code))
    for round in 0..<80 {
      var hurt = whole
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let reach = round % 2 == 0 ? min(80, hurt.count) : hurt.count
        hurt[Int.random(in: 0..<reach, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      put(hurt, scratch("hurt"))
      do throws(AudioIOError) {
        let found = try SoundFile.readMixed(scratch("hurt"))
        #expect(!found.clip.samples.contains { !$0.isFinite })
        if format.isChecked && round % 2 == 1 && !found.traits.isOpenEnded {
          #expect(found.clip.samples.count >= frames, "\(format.name), round \(round)")
        }
      } catch {
        #expect(error.path == scratch("hurt"), "\(error)")
      }
    }
  }

  /// Numbers that no sound has: what is multiplied overflows, what is allocated by the rate would not fit.
  @Test func numbersBeyondAllSound() throws {
    let scratch = Scratch()
    for (channels, bytes) in [(Int.max, 2), (2, Int.max), (-1, 2), (1, -2), (0, 2), (1 << 40, 8)] {
      var header = "NIST_1A\n   1024\nchannel_count -i \(channels)\nsample_n_bytes -i \(bytes)\n"
      header += "sample_count -i 100\nsample_rate -i 16000\nsample_coding -s3 pcm\nend_head\n"
      let rest = [UInt8](repeating: 32, count: 1024 - header.utf8.count + 4000)
      put(Array(header.utf8) + rest, scratch("x.sph"))
      #expect(throws: AudioIOError.self, "\(channels) x \(bytes)") { try SoundFile.read(scratch("x.sph")) }
    }
    try writeAny(noise(400, level: 0.3), channels: 1, rate: 16000, code: 0x010002, to: scratch("x.wav"))
    var wave = bytes(scratch("x.wav"))
    wave.replaceSubrange(24..<28, with: [0, 0x94, 0x35, 0x77])  // 2 000 000 000 Hz
    put(wave, scratch("x.wav"))
    #expect(throws: AudioIOError.notSound(path: scratch("x.wav"), reason: "1 channels at 2000000000 Hz")) {
      try SoundFile.read(scratch("x.wav"))
    }
  }

  @Test(arguments: formats) func smallest(format: Format) throws {
    let scratch = Scratch()
    // libsndfile 1.2 reads nothing of Sample Dump files of one packet.
    for count in format.name == "sds" ? [0, 100] : [0, 1, 2, 7] {
      guard let whole = try made(format, count) else { return }
      put(whole, scratch("x"))
      do throws(AudioIOError) {
        let found = try SoundFile.read(scratch("x")).samples.count
        #expect(found >= count && found > 0, "\(format.name), \(count) frames: \(found)")
      } catch {
        #expect(
          count == 0 || ["noSamples", "empty"].contains(caseName(error)), "\(format.name), \(count): \(error)"
        )
      }
    }
  }

  /// What C code prints while this thread decodes comes to us; a nested catch has its own.
  @Test func messagesOfLibrariesAreCaught() {
    let outer = LibraryMessages.caught {
      perror("outer")
      return LibraryMessages.caught { perror("inner") }.text
    }
    #expect(outer.text.hasPrefix("outer: ") && !outer.text.contains("inner"), "\(outer.text)")
    #expect(outer.result.hasPrefix("inner: "), "\(outer.result)")
  }
}
