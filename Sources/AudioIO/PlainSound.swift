// Formats of a header and sound: AU, VOC, SPHERE, and old ones of samplers. What their headers announce is compared with
// what is there, which libsndfile does not do, and an unknown length of AU is put right.

enum PlainSound {
  static func parts(_ scanner: ByteScanner, from start: Int, name: String) throws(AudioIOError) -> SoundParts?
  {
    if scanner.has(".snd", at: start) { return try au(scanner, start, name, isBig: true) }
    if scanner.has("dns.", at: start) { return try au(scanner, start, name, isBig: false) }
    if scanner.has("Creative Voice File", at: start) { return try voc(scanner, start, name) }
    if scanner.has("NIST_1A", at: start) { return try sphere(scanner, start, name) }
    return nil
  }

  /// The same for formats that stand alone in a file.
  static func alone(_ scanner: ByteScanner, name: String) throws(AudioIOError) -> [SoundPart]? {
    guard let needed = fixed(scanner) else { return nil }
    if needed > scanner.size {
      throw .truncated(path: name, announced: "\(needed) bytes", found: "\(scanner.size)")
    }
    return [SoundPart(range: 0..<scanner.size)]
  }

  /// Whether a format that has no length of its own begins there, which only libsndfile knows.
  static func isForLibrary(_ scanner: ByteScanner, _ at: Int) -> Bool {
    if ["PVF1", " paf", "fap ", "2BIT"].contains(where: { scanner.has($0, at: at) }) {
      return true
    }
    return scanner.big(at, 4).map { [0x64A3_0100, 0x64A3_0200, 0x0001_A364, 0x0002_A364].contains($0) }
      ?? false
  }

  private static func au(
    _ scanner: ByteScanner, _ start: Int, _ name: String, isBig: Bool
  ) throws(AudioIOError) -> SoundParts {
    guard let offset = isBig ? scanner.big(start + 4, 4) : scanner.little(start + 4, 4),
      let size = isBig ? scanner.big(start + 8, 4) : scanner.little(start + 8, 4)
    else { throw .truncated(path: name, announced: "a header", found: "\(scanner.size - start) bytes of it") }
    let rest = scanner.size - start - offset
    var isStale = false
    if size <= rest {
      isStale = try StaleSize.isSound(scanner, behind: start + offset + size, from: start, nil)
    }
    if size == 0 || isStale || (size >= 0x7FFF_0000 && size > rest) {
      let unknown = BytePatch(offset: start + 8, bytes: [255, 255, 255, 255])
      let part = SoundPart(range: start..<scanner.size, patches: [unknown], isOpenEnded: size > 0 && isStale)
      return SoundParts(parts: [part], end: scanner.size)
    }
    if size > rest {
      throw .truncated(path: name, announced: "\(size) bytes of sound", found: "\(max(0, rest))")
    }
    return SoundParts(parts: [SoundPart(range: start..<start + offset + size)], end: start + offset + size)
  }

  /// Blocks up to one that says it is the last. Silence, repeats and sound of a second kind are not read by libsndfile.
  private static func voc(
    _ scanner: ByteScanner, _ start: Int, _ name: String
  ) throws(AudioIOError) -> SoundParts {
    var at = start + (scanner.little(start + 20, 2) ?? 26)
    var sounds = 0
    while let kind = scanner.byte(at), kind != 0 {
      try scanner.check()
      guard let size = scanner.little(at + 1, 3), at + 4 + size <= scanner.size else {
        let size = scanner.little(at + 1, 3).map { "\($0)" } ?? "more"
        throw .truncated(
          path: name, announced: "a block of \(size) bytes", found: "\(max(0, scanner.size - at - 4))")
      }
      if [1, 2, 9].contains(kind) { sounds += 1 }
      // SoX counts 4 bytes of the 12 before the samples of such a block.
      if kind == 9, (8...9).contains(scanner.size - at - 4 - size) {
        at = scanner.size
        break
      }
      if kind == 3 || kind == 6 { sounds += 2 }
      at += 4 + size
    }
    if at >= scanner.size && sounds == 0 {
      throw .truncated(path: name, announced: "a block of sound", found: "none")
    }
    if sounds > 1 {
      throw .notSound(
        path: name, reason: "a VOC file of several blocks, of which only the first would be heard")
    }
    let end = min(at + 1, scanner.size)
    return SoundParts(parts: [SoundPart(range: start..<end)], end: end)
  }

  private static func sphere(
    _ scanner: ByteScanner, _ start: Int, _ name: String
  ) throws(AudioIOError) -> SoundParts {
    let head = scanner.bytes(start, min(1024, scanner.size - start)) ?? []
    let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline)
    let header = min(1 << 20, lines.count > 1 ? Int(lines[1].filter(\.isNumber)) ?? 1024 : 1024)
    var fields: [Substring: Substring] = [:]
    for line in lines.dropFirst(2) {
      let words = line.split(separator: " ")
      if words.count >= 3 { fields[words[0]] = words[2] }
    }
    if head.count < 1024 {
      throw .truncated(path: name, announced: "a header of \(header) bytes", found: "\(head.count)")
    }
    func field(_ key: Substring, _ standard: Int) -> Int { fields[key].flatMap { Int($0) } ?? standard }
    let coding = fields["sample_coding"] ?? "pcm"
    if coding.contains("shorten") || coding.contains("shortpack") || coding.contains("wavpack") {
      throw .notSound(path: name, reason: "SPHERE with sound packed as \(coding)")
    }
    let frames = field("sample_count", 0)
    let (channels, bytes) = (field("channel_count", 1), field("sample_n_bytes", 2))
    let isPlausible = (1...1024).contains(channels) && (1...8).contains(bytes)
    let width = isPlausible ? channels * bytes : 1
    let (size, overflow) = frames.multipliedReportingOverflow(by: width)
    let rest = scanner.size - start - header
    if frames <= 0 || overflow || !isPlausible {  // libsndfile judges
      return SoundParts(parts: [SoundPart(range: start..<scanner.size)], end: scanner.size)
    }
    if size > rest {
      throw .truncated(path: name, announced: "\(frames) frames", found: "\(max(0, rest) / width)")
    }
    if try StaleSize.isSound(scanner, behind: start + header + size, from: start, nil) {
      // Which libsndfile reads to the end of what it is given.
      return SoundParts(
        parts: [SoundPart(range: start..<scanner.size, isOpenEnded: true)], end: scanner.size)
    }
    return SoundParts(parts: [SoundPart(range: start..<start + header + size)], end: start + header + size)
  }

  /// Bytes that a header with a length wants in all; nil for files of other formats.
  private static func fixed(_ scanner: ByteScanner) -> Int? {
    if scanner.has("2BIT", at: 0), let rez = scanner.big(14, 2), let frames = scanner.big(26, 4) {  // AVR
      return 128 + frames * (rez == 8 ? 1 : 2) * (scanner.big(12, 2) == 0 ? 1 : 2)
    }
    if scanner.has("ALawSoundFile**", at: 0), let count = scanner.big(18, 4) { return 32 + count }  // Psion
    if scanner.byte(0) == 1, scanner.byte(1) == 4, let count = scanner.little(30, 4),
      let channels = scanner.byte(21)
    {  // MPC 2000
      return 42 + count * 2 * (channels == 0 ? 1 : 2)
    }
    if scanner.has("Extended Instrument", at: 0), let count = scanner.little(296, 2) {  // FastTracker
      return (0..<min(count, 64)).reduce(298 + 40 * count) { $0 + (scanner.little(298 + 40 * $1, 4) ?? 0) }
    }
    if scanner.has("MATLAB 5.0 MAT-file", at: 0) { return elements(scanner) }
    if let packets = packets(scanner) { return packets }
    if let matrices = matrices(scanner) { return matrices }
    // HTK has no mark: a period of whole 100 ns, two bytes a sample, waveform.
    if scanner.big(8, 2) == 2, scanner.big(10, 2) == 0, let period = scanner.big(4, 4),
      (1...10_000).contains(period),
      let frames = scanner.big(0, 4)
    {
      return 12 + frames * 2
    }
    return nil
  }

  /// MIDI Sample Dump: a header, then packets of 127 bytes with 120 of sound, in words of two to four bytes of seven bits.
  private static func packets(_ scanner: ByteScanner) -> Int? {
    guard let head = scanner.bytes(0, 21), head[0] == 0xF0, head[1] == 0x7E, head[3] == 1, head[20] == 0xF7,
      (8...28).contains(head[6])
    else { return nil }
    let words = Int(head[10]) | Int(head[11]) << 7 | Int(head[12]) << 14
    let perPacket = 120 / ((Int(head[6]) + 6) / 7)
    return 21 + (words + perPacket - 1) / perPacket * 127
  }

  /// MATLAB 5: elements of a type and a size.
  private static func elements(_ scanner: ByteScanner) -> Int {
    let isBig = scanner.has("MI", at: 126)
    var at = 128
    while at < scanner.size, let size = isBig ? scanner.big(at + 4, 4) : scanner.little(at + 4, 4) {
      at += 8 + size
    }
    return at - 16  // libsndfile's own files announce up to so many more than they have
  }

  /// MATLAB 4: the matrix of the rate, then that of the samples, each with the kind of its numbers, rows, columns, and
  /// the length of its name in front. Nil if it is no such file.
  private static func matrices(_ scanner: ByteScanner) -> Int? {
    guard scanner.has("samplerate\0", at: 20), let kind = scanner.little(0, 4) else { return nil }
    let isBig = kind != 0
    let widths = [0: 8, 10: 4, 20: 4, 30: 2, 40: 2, 50: 1]
    var at = 0
    for _ in 0..<2 {
      let fields = (0..<5).compactMap { isBig ? scanner.big(at + 4 * $0, 4) : scanner.little(at + 4 * $0, 4) }
      if fields.count < 5 { return at + 20 }
      let (count, overflow) = fields[1].multipliedReportingOverflow(by: fields[2])
      guard let width = widths[fields[0] % 1000], !overflow, count < ByteScanner.huge / 8 else { return nil }
      at += 20 + fields[4] + count * width
    }
    return at
  }
}
