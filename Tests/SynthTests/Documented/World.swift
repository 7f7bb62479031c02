// The folder in which a document's reader sits: recordings, two folders of sounds to compare, the model cards' and
// renderings' folders, and the programs that a line may call.

import AudioIO
import Foundation
import Signal

final class World {
  let scratch = Scratch()
  /// On top of Run's plain one. Sound goes into a file: no test needs a sound card.
  let environment: [String: String]

  init() throws {
    environment = [
      "PATH": scratch("bin") + ":/usr/bin:/bin", "ALSA_CONFIG_PATH": scratch("bin/alsa.conf"),
    ]
    for folder in ["bin/fresh", "recordings", "before", "after", "Audio/listening"] {
      try FileManager.default.createDirectory(atPath: scratch(folder), withIntermediateDirectories: true)
    }
    scratch.put(
      """
      pcm.!default { type plug slave.pcm "captured" }
      pcm.captured { type file slave.pcm "nothing" file "\(scratch("bin/captured.raw"))" format "raw" }
      pcm.nothing { type null }
      """, "bin/alsa.conf")
    try FileManager.default.createSymbolicLink(
      atPath: scratch("bin/synth"), withDestinationPath: Binary.path())
    for (name, body) in Handling.standIns { try program("bin/\(name)", body) }
    // The scripts that make sound take a minute, and programs that not every machine has.
    try program("Audio/make_recordings.sh", "[ -d \"$1\" ]")
    // Of another seed others.
    try program(
      "Audio/make_melodies.sh",
      "[ $# -ge 5 ] && cp -r \"$([ $# = 5 ] && echo recordings || echo \"${0%/*}/../bin/fresh\")\" \"$1\"")
    try program("Audio/make_hum.sh", "cp start.wav \"$1\"")
    for path in ["Audio/curve.csv", "Models/recorder/config.json"] {
      try FileManager.default.createDirectory(
        atPath: scratch((path as NSString).deletingLastPathComponent), withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: Document.package + "/" + path, toPath: scratch(path))
    }
    for (name, hz) in [("low.wav", 220.0), ("mid.wav", 330), ("high.wav", 523)] {
      try SoundFile.write(tone(hz, seconds: 1.5, rate: 16_000), to: scratch("recordings/" + name))
      try SoundFile.write(tone(hz * 1.3, seconds: 1.5, rate: 16_000), to: scratch("bin/fresh/" + name))
      try SoundFile.write(tone(hz, seconds: 0.5, rate: 16_000), to: scratch("before/" + name))
      try SoundFile.write(tone(hz * 1.01, seconds: 0.5, rate: 16_000), to: scratch("after/" + name))
    }
    for (name, hz) in [("mine.wav", 300.0), ("theirs.wav", 310)] {
      try SoundFile.write(tone(hz, seconds: 0.5, rate: 16_000), to: scratch(name))
    }
    try SoundFile.write(tone(262, seconds: 0.5, rate: 16_000), to: scratch("start.wav"))
  }

  private func program(_ name: String, _ body: String) throws {
    scratch.put("#!/bin/sh\n\(body)\n", name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch(name))
  }
}
