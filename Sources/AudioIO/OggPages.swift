// Ogg (RFC 3533) as pages: where each chained stream begins, whether every page is whole, right and in order, and whether
// the end mark is there. FLAC inside Ogg, which libsndfile does not read, is taken out of its pages.

enum OggPages {
  private struct Page {
    let start, end: Int
    let flags: UInt8
    let granule, serial, sequence: Int
    let body: Range<Int>
    /// Whether a packet goes on in the next page.
    let isOpen: Bool

    var isFirst: Bool { flags & 2 != 0 }
    var isLast: Bool { flags & 4 != 0 }
  }

  /// A chained link while it is walked through.
  private struct Link {
    let start: Int
    var end: Int
    var serials: [Int: (last: Page, isFLAC: Bool)] = [:]
    var flac: [Range<Int>] = []
    var onlyFirsts = true
  }

  static func parts(_ scanner: ByteScanner, from start: Int, name: String) throws(AudioIOError) -> SoundParts
  {
    var parts: [SoundPart] = []
    var link: Link?
    var at = start
    while at < scanner.size, scanner.has("OggS", at: at) {
      try scanner.check()
      let page = try page(scanner, at, name: name)
      if page.isFirst, link.map({ !$0.onlyFirsts }) ?? true {
        if let link { parts.append(try part(link, scanner, isLast: false, name: name)) }
        link = Link(start: at, end: at)
      }
      guard var open = link else { throw .damaged(path: name, reason: "its first Ogg page is missing") }
      link = nil
      if let before = open.serials[page.serial]?.last, before.granule > 0,
        page.sequence != (before.sequence + 1) & 0xFFFF_FFFF
      {
        throw .damaged(path: name, reason: "Ogg pages are missing before byte \(at)")
      }
      let head = scanner.bytes(page.body.lowerBound, min(5, page.body.count)) ?? []
      let isFLAC =
        open.serials[page.serial]?.isFLAC ?? (page.isFirst && head == [0x7F] + Array("FLAC".utf8))
      if isFLAC { open.flac.append(page.body.dropFirst(page.isFirst ? 9 : 0)) }
      open.serials[page.serial] = (page, isFLAC)
      open.onlyFirsts = open.onlyFirsts && page.isFirst
      open.end = page.end
      link = open
      at = page.end
    }
    let rest = try Tags.skip(scanner, from: at)
    if rest < scanner.size, !scanner.has("OggS", at: rest), rest == at {
      if scanner.size - rest < 4, "OggS".utf8.starts(with: scanner.bytes(rest, scanner.size - rest) ?? []) {
        throw .truncated(
          path: name, announced: "another Ogg page", found: "\(scanner.size - rest) bytes of it")
      }
      throw .damaged(path: name, reason: "there is no Ogg page at byte \(rest)")
    }
    if let link { parts.append(try part(link, scanner, isLast: true, name: name)) }
    return SoundParts(parts: parts, end: at)
  }

  private static func part(
    _ link: Link, _ scanner: ByteScanner, isLast: Bool, name: String
  ) throws(AudioIOError) -> SoundPart {
    for (last, _) in link.serials.values where last.isOpen {
      throw .truncated(path: name, announced: "more Ogg pages", found: "none after byte \(link.end)")
    }
    var part = SoundPart(range: link.start..<link.end)
    part.isOpenEnded = isLast && !link.serials.values.allSatisfy(\.last.isLast)
    // libopus' caller drops what follows the last mark but one unless the last page says that it is the last.
    for (last, _) in link.serials.values where !last.isLast {
      guard var bytes = scanner.bytes(last.start, last.end - last.start) else { continue }
      bytes[5] |= 4
      for i in 22..<26 { bytes[i] = 0 }
      let sum = checksum(bytes)
      part.patches.append(BytePatch(offset: last.start + 5, bytes: [bytes[5]]))
      part.patches.append(
        BytePatch(
          offset: last.start + 22, bytes: (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }))
    }
    if !link.flac.isEmpty {
      var bytes: [UInt8] = []
      for body in link.flac { bytes += scanner.bytes(body.lowerBound, body.count) ?? [] }
      part.memory = bytes
    }
    return part
  }

  private static func page(_ scanner: ByteScanner, _ at: Int, name: String) throws(AudioIOError) -> Page {
    guard let head = scanner.bytes(at, 27), let sizes = scanner.bytes(at + 27, Int(head[26])) else {
      throw .truncated(path: name, announced: "an Ogg page", found: "\(scanner.size - at) bytes of it")
    }
    let body = at + 27 + sizes.count
    let length = sizes.reduce(0) { $0 + Int($1) }
    guard var bytes = scanner.bytes(at, 27 + sizes.count + length) else {
      throw .truncated(
        path: name, announced: "an Ogg page of \(27 + sizes.count + length) bytes",
        found: "\(scanner.size - at)")
    }
    func little(_ range: Range<Int>) -> UInt64 { head[range].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    let sum = UInt32(little(22..<26))
    for i in 22..<26 { bytes[i] = 0 }
    if checksum(bytes) != sum {
      throw .damaged(path: name, reason: "the checksum of the Ogg page at byte \(at) is wrong")
    }
    return Page(
      start: at, end: body + length, flags: head[5], granule: Int(truncatingIfNeeded: little(6..<14)),
      serial: Int(little(14..<18)), sequence: Int(little(18..<22)), body: body..<body + length,
      isOpen: sizes.last == 255)
  }

  /// CRC of polynomial 0x04C11DB7, highest bit first, from 0.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0
    for byte in bytes { sum = sum << 8 ^ table[Int(sum >> 24) ^ Int(byte)] }
    return sum
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index) << 24) { sum, _ in sum << 1 ^ (sum >> 31 == 1 ? 0x04C1_1DB7 : 0) }
  }
}
