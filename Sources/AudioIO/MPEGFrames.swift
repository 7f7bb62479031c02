// MPEG audio, layers I to III, as frames: where streams follow one another or change their rate or channels (libmpg123,
// through libsndfile, stops there), whether the last frame is whole, and whether all announced frames are there. Frames
// of free bit rate do not tell their length: such files are left to the library as they are.

enum MPEGFrames {
  struct Header: Hashable {
    /// What must stay the same within a stream.
    struct Kind: Hashable {
      let version, layer, rate: Int
      let isMono: Bool
    }

    let kind: Kind
    /// In bytes, with the header.
    let length: Int
    /// Samples per channel.
    let samples: Int

    /// Nil if those four bytes are no header of a frame of known length.
    init?(_ bytes: [UInt8]) {
      guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 else { return nil }
      let (version, layer) = (Int(bytes[1] >> 3 & 3), 4 - Int(bytes[1] >> 1 & 3))
      let (bitIndex, rateIndex) = (Int(bytes[2] >> 4), Int(bytes[2] >> 2 & 3))
      guard version != 1, layer != 4, bitIndex != 0, bitIndex != 15, rateIndex != 3 else { return nil }
      let rate = [44100, 48000, 32000][rateIndex] >> (version == 3 ? 0 : version == 2 ? 1 : 2)
      let bits = Header.kilobits[version == 3 ? layer - 1 : layer == 1 ? 3 : 4][bitIndex - 1] * 1000
      let padding = Int(bytes[2] >> 1 & 1)
      samples = layer == 1 ? 384 : layer == 2 || version == 3 ? 1152 : 576
      length = layer == 1 ? (12 * bits / rate + padding) * 4 : samples / 8 * bits / rate + padding
      kind = Kind(version: version, layer: layer, rate: rate, isMono: bytes[3] >> 6 == 3)
    }

    /// By bit rate index from 1 on: MPEG-1 layers I, II, III; MPEG-2 layer I; layers II and III.
    private static let kilobits = [
      [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
      [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
      [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
      [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
      [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ]
  }

  /// A stream while it is walked through.
  private struct Run {
    let start: Int
    let kind: Header.Kind
    let samplesPerFrame: Int
    var end: Int
    var frames = 0
    /// What the stream's first frame announces; that frame is no sound itself.
    var announced: Int?
  }

  /// Nil if no MPEG frames begin there.
  static func parts(_ scanner: ByteScanner, from start: Int, name: String) throws(AudioIOError) -> SoundParts?
  {
    guard isBegin(scanner, start) else { return nil }
    var runs: [Run] = []
    var at = start
    while at < scanner.size {
      if runs.last.map({ $0.frames & 1023 == 0 }) ?? true { try scanner.check() }
      guard let header = scanner.bytes(at, 4).flatMap(Header.init) else {
        let rest = scanner.bytes(at, min(4, scanner.size - at)) ?? []
        if rest.count < 4, rest.first == 0xFF {
          throw .truncated(path: name, announced: "another MPEG frame", found: "\(rest.count) bytes of it")
        }
        let next = try Tags.skip(scanner, from: at)
        if next > at {
          at = next
          continue
        }
        if isOther(scanner, at) { break }
        throw .damaged(path: name, reason: "there is no MPEG frame at byte \(at)")
      }
      if at + header.length > scanner.size {
        throw .truncated(
          path: name, announced: "an MPEG frame of \(header.length) bytes", found: "\(scanner.size - at)")
      }
      let announced = announcedFrames(scanner, at, header)
      if runs.last?.kind != header.kind || announced != nil {
        runs.append(Run(start: at, kind: header.kind, samplesPerFrame: header.samples, end: at))
        runs[runs.count - 1].announced = announced
      }
      if announced == nil { runs[runs.count - 1].frames += 1 }
      at += header.length
      runs[runs.count - 1].end = at
    }
    var parts: [SoundPart] = []
    for run in runs {
      // Encoders differ in whether they count the frame that announces.
      if let announced = run.announced, announced > run.frames + 1 {
        throw .truncated(path: name, announced: "\(announced) MPEG frames", found: "\(run.frames)")
      }
      if run.frames == 0 && runs.count > 1 { continue }
      var part = SoundPart(range: run.start..<run.end)
      // Of the first and the last frames less may be heard: delay and padding of the encoder.
      part.leastFrames = max(0, run.frames - 5) * run.samplesPerFrame
      parts.append(part)
    }
    return SoundParts(parts: parts, end: at)
  }

  /// Where three frames of one kind follow one another, after `at`.
  static func begin(_ scanner: ByteScanner, after at: Int, limit: Int) throws(AudioIOError) -> Int? {
    for place in at + 1..<max(at + 2, min(limit, scanner.size)) where scanner.byte(place) == 0xFF {
      if place & 255 == 0 { try scanner.check() }
      if isBegin(scanner, place) { return place }
    }
    return nil
  }

  /// Whether three frames of one kind follow one another here, or fewer up to the end.
  static func isBegin(_ scanner: ByteScanner, _ start: Int) -> Bool {
    var at = start
    var kind: Header.Kind?
    for _ in 0..<3 {
      guard let header = scanner.bytes(at, 4).flatMap(Header.init), kind == nil || kind == header.kind else {
        return kind != nil && (scanner.size - at < 4 || scanner.has("TAG", at: at))
      }
      kind = header.kind
      at += header.length
      if at >= scanner.size { return true }
    }
    return true
  }

  /// The number of frames in a frame of the kind that LAME calls Xing or Info and Fraunhofer VBRI; 0 if it does not say.
  private static func announcedFrames(_ scanner: ByteScanner, _ at: Int, _ header: Header) -> Int? {
    guard header.kind.layer == 3 else { return nil }
    let side = header.kind.version == 3 ? (header.kind.isMono ? 17 : 32) : (header.kind.isMono ? 9 : 17)
    for place in [at + 4 + side, at + 6 + side]
    where scanner.has("Xing", at: place) || scanner.has("Info", at: place) {
      return (scanner.big(place + 4, 4) ?? 0) & 1 == 0 ? 0 : scanner.big(place + 8, 4)
    }
    return scanner.has("VBRI", at: at + 36) ? scanner.big(at + 50, 4) : nil
  }

  private static func isOther(_ scanner: ByteScanner, _ at: Int) -> Bool {
    ["OggS", "fLaC", "RIFF", "FORM", "caff"].contains { scanner.has($0, at: at) }
  }
}
