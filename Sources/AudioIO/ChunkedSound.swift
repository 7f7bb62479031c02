// Containers of chunks: WAV, RF64, Wave64, AIFF, 8SVX and CAF. Where the sound lies, whether the file has all of it, and
// the right sizes in place of those that a recorder left at nothing, at the maximum, or at what was true once
// (StaleSize.swift). What follows the end of such a file may be another one.

struct ChunkedSound {
  private let scanner: ByteScanner
  private let start: Int
  private let name: String
  private var patches: [BytePatch] = []
  /// Whether the header announced less sound than there is.
  private var isStale = false

  /// Nil if none of these containers begins there.
  static func parts(_ scanner: ByteScanner, from start: Int, name: String) throws(AudioIOError) -> SoundParts?
  {
    var file = ChunkedSound(scanner: scanner, start: start, name: name)
    let form = scanner.bytes(start + 8, 4).map { String(decoding: $0, as: UTF8.self) }
    switch (scanner.bytes(start, 4).map { String(decoding: $0, as: UTF8.self) }, form) {
    case ("RIFF", "WAVE"): return try file.riff(isBig: false)
    case ("RIFX", "WAVE"): return try file.riff(isBig: true)
    case ("RF64", "WAVE"), ("BW64", "WAVE"): return try file.riff(isBig: false, isRF64: true)
    case ("FORM", "AIFF"), ("FORM", "AIFC"): return try file.form("SSND", isAIFF: true)
    case ("FORM", "8SVX"), ("FORM", "16SV"): return try file.form("BODY", isAIFF: false)
    case ("riff", _) where scanner.big(start + 4, 4) == 0x2E91_CF11: return try file.wave64()
    case ("caff", _): return try file.caf()
    default: return nil
    }
  }

  private init(scanner: ByteScanner, start: Int, name: String) {
    (self.scanner, self.start, self.name) = (scanner, start, name)
  }

  /// Sizes that stand for "not known": nothing, and nearly 2 or 4 GiB.
  private static func isUnknown(_ size: Int) -> Bool {
    size == 0 || (0x7FFF_0000...0xFFFF_FFFF).contains(size)
  }

  private func number(_ at: Int, _ isBig: Bool) -> Int? {
    isBig ? scanner.big(at, 4) : scanner.little(at, 4)
  }

  private mutating func patch(_ at: Int, _ value: Int, _ width: Int = 4, isBig: Bool) {
    let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    patches.append(BytePatch(offset: at, bytes: isBig ? bytes.reversed() : bytes))
  }

  /// The extent of sound data of an announced size.
  private mutating func extent(
    _ at: Int, _ size: Int, isUnknown: Bool, _ head: ChunkHead
  ) throws(AudioIOError) -> Int {
    let rest = scanner.size - at
    if isUnknown && (size == 0 || size > rest) { return rest }
    if size <= rest, try StaleSize.isSound(scanner, behind: at + size, from: start, head) {
      isStale = true
      return rest
    }
    if size > rest {
      throw .truncated(path: name, announced: "\(size) bytes of sound", found: "\(max(0, rest))")
    }
    return size
  }

  /// Whether known chunks follow up to the announced end: then a size of nothing is meant.
  private func isChain(_ from: Int, to end: Int, isBig: Bool) -> Bool {
    var at = from
    while at + 8 <= end {
      guard let id = scanner.bytes(at, 4), id.allSatisfy({ (0x20...0x7E).contains($0) }),
        let size = number(at + 4, isBig)
      else { return false }
      at += 8 + size + size % 2
    }
    return end - at <= 1 && at - end <= 1
  }

  /// The file as one part.
  private func whole(to end: Int) -> SoundParts {
    SoundParts(parts: [SoundPart(range: start..<end, patches: patches, isOpenEnded: isStale)], end: end)
  }

  // MARK: WAV

  private mutating func riff(isBig: Bool, isRF64: Bool = false) throws(AudioIOError) -> SoundParts {
    let announced = number(start + 4, isBig) ?? 0
    var (total, wide, ds64) = (announced, -1, -1)
    var format = 0
    var at = start + 12
    while let size = number(at + 4, isBig) {
      try scanner.check()
      if scanner.has("ds64", at: at) {
        (ds64, total, wide) = (at + 8, scanner.little(at + 8, 8) ?? 0, scanner.little(at + 16, 8) ?? 0)
      }
      if scanner.has("fmt ", at: at) {
        format = (isBig ? scanner.big(at + 8, 2) : scanner.little(at + 8, 2)) ?? 0
      }
      if scanner.has("data", at: at) {
        return try data(at + 8, size, total, wide: wide, ds64: isRF64 ? ds64 : -1, format, isBig: isBig)
      }
      let next = at + 8 + size + size % 2
      if next > scanner.size {
        throw .truncated(path: name, announced: "\(size) bytes of a chunk", found: "\(scanner.size - at - 8)")
      }
      at = next
    }
    return SoundParts(parts: [SoundPart(range: start..<scanner.size)], end: scanner.size)
  }

  private mutating func data(
    _ at: Int, _ size: Int, _ total: Int, wide: Int, ds64: Int, _ format: Int, isBig: Bool
  ) throws(AudioIOError) -> SoundParts {
    let isWide = ds64 >= 0 && size == 0xFFFF_FFFF
    let size = isWide ? wide : size
    var isUnknown = ChunkedSound.isUnknown(size) || (isWide && (size < 0 || size >= ByteScanner.huge))
    if size == 0, total > 0, start + 8 + total <= scanner.size,
      isChain(at, to: start + 8 + total, isBig: isBig)
    {
      isUnknown = false
    }
    let count = try extent(at, size, isUnknown: isUnknown, .riff(isBig: isBig))
    var end = start + 8 + total
    if count != size || end < at + count || end > scanner.size { end = at + count + count % 2 }
    end = min(end, scanner.size)
    if count != size {
      if isWide {
        patch(ds64, end - start - 8, 8, isBig: false)
        patch(ds64 + 8, count, 8, isBig: false)
      } else {
        patch(at - 4, min(count, 0xFFFF_FFFE), isBig: isBig)
      }
    }
    if end != start + 8 + total && !isWide {
      patch(start + 4, min(end - start - 8, 0xFFFF_FFFE), isBig: isBig)
    }
    // MPEG layers inside WAV: their frames are read as the file of their own that they are.
    if format == 0x50 || format == 0x55 {
      let inside = ByteScanner(scanner, end: at + count)
      if let found = try MPEGFrames.parts(inside, from: at, name: name) {
        return SoundParts(parts: found.parts, end: end)
      }
    }
    return whole(to: end)
  }

  // MARK: AIFF and 8SVX

  private mutating func form(_ wanted: String, isAIFF: Bool) throws(AudioIOError) -> SoundParts {
    let total = scanner.big(start + 4, 4) ?? 0
    var at = start + 12
    var end = start + 8 + total
    var isFound = false
    var (frames, bytesPerFrame, place) = (0, 0, 0)
    while at + 8 <= min(scanner.size, isFound ? end : .max), let size = scanner.big(at + 4, 4) {
      try scanner.check()
      if scanner.has("COMM", at: at) {
        frames = scanner.big(at + 10, 4) ?? 0
        bytesPerFrame = (scanner.big(at + 8, 2) ?? 0) * (((scanner.big(at + 14, 2) ?? 0) + 7) / 8)
        place = at + 10
      }
      if scanner.has(wanted, at: at) {
        isFound = true
        let isUnknown =
          ChunkedSound.isUnknown(size) && !(size == 0 && isChain(at + 8, to: end, isBig: true) && total > 0)
        let count = try extent(at + 8, size, isUnknown: isUnknown, .riff(isBig: true))
        if count != size {
          patch(at + 4, count, isBig: true)
          if isAIFF && (frames == 0 || frames >= 0x7FFF_0000) && bytesPerFrame > 0 {
            patch(place, max(0, count - 8) / bytesPerFrame, isBig: true)
          } else if isAIFF && isStale && size > 8 {
            let (product, overflow) = frames.multipliedReportingOverflow(by: count - 8)
            if !overflow { patch(place, product / (size - 8), isBig: true) }
          }
        }
        if count != size || end < at + 8 + count { end = at + 8 + count + count % 2 }
        at += 8 + count + count % 2
      } else {
        let next = at + 8 + size + size % 2
        if next - size % 2 > scanner.size && !isFound {
          throw .truncated(
            path: name, announced: "\(size) bytes of a chunk", found: "\(scanner.size - at - 8)")
        }
        at = next
      }
    }
    end = min(end, scanner.size)
    if end < start + 12 { end = scanner.size }
    if end != start + 8 + total { patch(start + 4, end - start - 8, isBig: true) }
    return whole(to: end)
  }

  // MARK: Wave64 and CAF, with sizes of 64 bits

  private mutating func wave64() throws(AudioIOError) -> SoundParts {
    let total = scanner.little(start + 16, 8) ?? 0
    var end = start + total
    var at = start + 40
    while let size = scanner.little(at + 16, 8) {
      try scanner.check()
      if scanner.has("data", at: at) {
        let isUnknown = size <= 24 || size >= ByteScanner.huge || ChunkedSound.isUnknown(size - 24)
        let count = try extent(at + 24, max(0, size - 24), isUnknown: isUnknown, .wave64)
        if count != size - 24 || total < at + 24 + count - start || end > scanner.size {
          end = at + 24 + count
          patch(at + 16, count + 24, 8, isBig: false)
          patch(start + 16, end - start, 8, isBig: false)
        }
        break
      }
      if size < 24 || size > scanner.size - at {
        throw .truncated(path: name, announced: "\(size) bytes of a chunk", found: "\(scanner.size - at)")
      }
      at += (size + 7) / 8 * 8
    }
    if end <= start || end > scanner.size { end = scanner.size }
    return whole(to: end)
  }

  private mutating func caf() throws(AudioIOError) -> SoundParts {
    var at = start + 8
    var isFound = false
    while let size = scanner.big(at + 4, 8), !scanner.has("caff", at: at) {
      try scanner.check()
      if scanner.has("data", at: at) {
        isFound = true
        let isUnknown = size == 0 || size >= ByteScanner.huge || ChunkedSound.isUnknown(size)
        let count = try extent(at + 12, size, isUnknown: isUnknown, .caf)
        if count != size { patch(at + 4, count, 8, isBig: true) }
        at += 12 + count
      } else {
        if size > scanner.size - at - 12 {
          if isFound { break }
          throw .truncated(
            path: name, announced: "\(size) bytes of a chunk", found: "\(scanner.size - at - 12)")
        }
        at += 12 + size
      }
    }
    let end = min(at, scanner.size)
    return whole(to: end)
  }
}
