// Control curves from CSV: what `csv` writes, or what another program has written with the same columns at any times.
package import Files
internal import Glibc
package import Signal

extension ControlCurves {
  /// Curves in a table with a column `time` (seconds, ascending) and, as far as `channels` ask for them, `pitch_hz`, `voicing`,
  /// `loudness_db` (of full scale), `mel_0` ... Between its rows pitch and level change evenly; a frame is voiced where the
  /// nearest row is. Without a column `voicing` rows have a pitch where theirs is above 0. Before the first row its values hold.
  /// - channels: none that follow from others
  /// - frame: samples of a frame
  /// - Throws: `FileError.badTable` naming the column, or the line.
  package init(
    _ table: CSVTable, channels: [ControlChannel], frame: Int, sampleRate: Int
  ) throws(FileError) {
    let rows = try Rows(table, channels)
    let times = rows.times
    let frames = Self.seconds(times) * Double(sampleRate) / Double(frame)
    if frames > 100_000_000 {
      throw refused(table, "the last time is \(times.last!) s: too long: give times in seconds")
    }
    // Written times are rounded: less than a twentieth of a frame is none.
    let count = max(1, Int((frames - 0.05).rounded(.up)))
    var values: [Float] = []
    values.reserveCapacity(count * channels.count)
    var next = 0  // first row behind the frame's middle
    for k in 0..<count {
      let time = (Double(k) + 0.5) * Double(frame) / Double(sampleRate)
      while next < times.count && times[next] <= time { next += 1 }
      let (before, after) = (max(0, next - 1), min(next, times.count - 1))
      let gap = times[after] - times[before]
      let part = gap > 0 ? min(1, max(0, (time - times[before]) / gap)) : 0
      for channel in channels.indices { values.append(Float(rows.value(channel, before, after, part))) }
    }
    self.init(frame: frame, sampleRate: sampleRate, channels: channels, values: values)
  }

  /// Where a table with rows at these times ends: with its last row. Regular rows that begin half a step late are the middles of frames,
  /// and end half a step behind the last one.
  private static func seconds(_ times: [Double]) -> Double {
    let (first, last) = (times[0], times.last!)
    let step = times.count > 1 ? (last - first) / Double(times.count - 1) : 0
    // Of written times, which are rounded.
    func isAbout(_ time: Double, _ other: Double) -> Bool { abs(time - other) <= step / 10 }
    let areMiddles =
      step > 0 && isAbout(first, step / 2)
      && zip(times, times.dropFirst()).allSatisfy { isAbout($1 - $0, step) }
    return areMiddles ? last + step / 2 : last
  }

  /// Whether a column of this name can say anything.
  package static func isColumn(_ name: String) -> Bool {
    (["time"] + [ControlChannel.pitch, .voicing, .loudness].map(column)).contains(name)
      || name.hasPrefix("mel_")
  }

  /// The rows of a table, in the units of the channels.
  private struct Rows {
    let channels: [ControlChannel]
    var times: [Double] = []
    var columns: [[Double]] = []
    var isVoiced: [Bool] = []

    init(_ table: CSVTable, _ channels: [ControlChannel]) throws(FileError) {
      self.channels = channels
      times = try Rows.column("time", table)
      if times.isEmpty { throw refused(table, "holds no rows: write one for each time") }
      for (i, row) in table.rows.enumerated() where times[i] < 0 || i > 0 && times[i] <= times[i - 1] {
        throw refused(table, "line \(row.line): times must be 0 or more and grow from row to row")
      }
      let hasVoicing = table.column("voicing") != nil
      let pitched = channels.contains { $0 == .pitch || $0 == .voicing }
      if pitched {
        let voicing = try hasVoicing ? Rows.column("voicing", table).map { $0 >= 0.5 } : nil
        let hertz =
          try channels.contains(.pitch) || !hasVoicing
          ? Rows.column("pitch_hz", table, mayBeEmpty: voicing?.map { !$0 }) : []
        isVoiced = voicing ?? hertz.map { $0 > 0 }
        for (i, row) in table.rows.enumerated()
        where !hertz.isEmpty && isVoiced[i] && !(1...100_000).contains(hertz[i]) {
          throw refused(
            table,
            "line \(row.line): a pitch of \(hertz[i]) Hz: give 1 to 100000, or where there is none "
              + (hasVoicing ? "voicing 0" : "0"))
        }
        columns = try channels.map { channel throws(FileError) in
          switch channel {
          case .pitch: ControlCurves.held(zip(hertz, isVoiced).map { $1 ? $0 : 0 })
          case .voicing: isVoiced.map { $0 ? 1 : 0 }
          default: try Rows.other(channel, table)
          }
        }
      } else {
        columns = try channels.map { channel throws(FileError) in try Rows.other(channel, table) }
      }
    }

    /// - mayBeEmpty: rows in which an empty field is 0. Pitch trackers write none where there is no pitch.
    private static func column(
      _ name: String, _ table: CSVTable, mayBeEmpty: [Bool]? = nil
    ) throws(FileError) -> [Double] {
      guard let place = table.column(name) else {
        let found = table.columns.map(FileName.shown).joined(separator: ", ")
        throw refused(table, "has no column \"\(name)\" (it has \(found)): add it, its name in small letters")
      }
      var values: [Double] = []
      for (i, row) in table.rows.enumerated() {
        let isEmpty = mayBeEmpty?[i] == true && row.fields[place].allSatisfy { $0 == " " }
        values.append(isEmpty ? 0 : try table.number(row, place))
      }
      return values
    }

    /// Of a level in dB, or a band's: far beyond what any sound has.
    private static let most = 200.0

    private static func other(_ channel: ControlChannel, _ table: CSVTable) throws(FileError) -> [Double] {
      let name = ControlCurves.column(channel)
      let values = try column(name, table)
      for (row, value) in zip(table.rows, values)
      where value > most || channel != .loudness && value < -most {
        let range =
          channel == .loudness ? "dB of full scale, \(Int(most)) at most" : "\(-Int(most)) to \(Int(most))"
        throw refused(table, "line \(row.line): \(name) is \(value): give \(range)")
      }
      guard case .loudness = channel else { return values }
      return values.map { (max(LevelCurve.floor, $0) + 40) / 20 }
    }

    /// Of a channel, `part` of the way from a row to the next.
    func value(_ channel: Int, _ before: Int, _ after: Int, _ part: Double) -> Double {
      let (a, b) = (columns[channel][before], columns[channel][after])
      let nearest = part < 0.5 ? before : after
      switch channels[channel] {
      case .voicing: return columns[channel][nearest]
      case .pitch where isVoiced[before] != isVoiced[after]: return columns[channel][nearest]
      default: return part == 0 ? a : a + (b - a) * part
      }
    }
  }
}

private func refused(_ table: CSVTable, _ reason: String) -> FileError {
  .badTable(path: FileName.shown(table.path), reason: reason)
}
