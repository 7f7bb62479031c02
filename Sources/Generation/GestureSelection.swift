// Which excerpts of the training recordings are kept as a model's gestures: stretches that begin in the midst of sound, so
// that a clip that follows one does too, from as many recordings as there are, of each label as many.
package import Signal
package import WaveNet

/// A whole recording that a model learns from, or is measured on.
package struct DescribedRecording: Sendable {
  package let name: String
  package let codes: [UInt16]
  /// Of the whole recording: controls from frame 0 on.
  package let conditions: Conditions?

  package init(name: String, codes: [UInt16], conditions: Conditions?) {
    (self.name, self.codes, self.conditions) = (name, codes, conditions)
  }
}

/// A gesture, and what its recording played there.
package struct Excerpt: Sendable {
  package let gesture: Gesture
  /// Codes of the part to be followed, `gesture.length` of them.
  package let original: [UInt16]
}

package enum GestureSelection {
  /// How many are kept, and how long they are.
  package static let most = 24
  package static let seconds = 4.0
  /// Shorter ones are not worth it.
  static let leastSeconds = 1.0
  /// Sound in front of an excerpt and in it, in dB of full scale.
  private static let sounding = -40.0
  /// Whole recordings below this are not worth it.
  private static let leastWholeSeconds = 0.05
  /// Places that are tried per excerpt.
  private static let tries = 200

  /// Excerpts of recordings; fewer than `count` where there is not enough sound. No two of them overlap.
  /// - Parameters:
  ///   - seconds: of each, less where a recording ends
  ///   - wholes: where there are fewer, recordings that have no such place from their beginnings on
  package static func excerpts(
    _ recordings: [DescribedRecording], _ configuration: Configuration, seed: UInt64, count: Int = most,
    seconds: Double = seconds, wholes: Bool = false
  ) -> [Excerpt] {
    guard let conditioning = configuration.conditioning else { return [] }
    let search = Search(configuration, conditioning, seconds)
    let long = recordings.filter { search.room(in: $0) > 0 }
    let cut = long.isEmpty ? [] : excerpts(long, search, seed: seed, count: count)
    let used = Set(cut.map(\.recording))
    let rest = wholes ? recordings.filter { !used.contains($0.name) } : []
    return cut.map(\.excerpt) + wholeOnes(rest, search, count: count - cut.count)
  }

  /// Short recordings from their beginnings, struck and plucked ones among them, which begin in silence and have no place to begin
  /// at that goes on sounding; of each label by turns. What is told nothing else begins as they do.
  private static func wholeOnes(
    _ recordings: [DescribedRecording], _ search: Search, count: Int
  ) -> [Excerpt] {
    if count <= 0 || search.conditioning.controls.isEmpty { return [] }
    var groups = Dictionary(grouping: recordings.filter(search.sounds)) { search.label(of: $0) ?? -1 }
    var chosen: [Excerpt] = []
    while chosen.count < count && groups.values.contains(where: { !$0.isEmpty }) {
      for key in groups.keys.sorted() where chosen.count < count && !groups[key]!.isEmpty {
        chosen.append(search.whole(groups[key]!.removeFirst()))
      }
    }
    return chosen
  }

  private static func excerpts(
    _ long: [DescribedRecording], _ search: Search, seed: UInt64, count: Int
  ) -> [(recording: String, excerpt: Excerpt)] {
    // Recordings of each label by turns.
    let groups = Dictionary(grouping: long.indices) { search.label(of: long[$0]) ?? -1 }
    let order = groups.keys.sorted().map { groups[$0]! }
    var random = PhiloxGenerator(seed: seed, stream: 0x6765_7374)  // "gest"
    var taken: [Int: [Range<Int>]] = [:]
    var excerpts: [(recording: String, excerpt: Excerpt)] = []
    for turn in 0..<count {
      let group = order[turn % order.count]
      let sizes = group.map { search.room(in: long[$0]) }
      for _ in 0..<tries {
        let index = group[weighted(sizes, using: &random)]
        let recording = long[index]
        let start = search.place(in: recording, using: &random)
        let range = search.range(from: start, in: recording)
        if taken[index]?.contains(where: { $0.overlaps(range) }) == true { continue }
        if !search.isGood(range, in: recording) { continue }
        taken[index, default: []].append(range)
        excerpts.append((recording.name, search.excerpt(range, of: recording)))
        break
      }
    }
    return excerpts
  }

  /// An index, in proportion to its size.
  private static func weighted(_ sizes: [Int], using random: inout PhiloxGenerator) -> Int {
    var place = Int.random(in: 0..<sizes.reduce(0, +), using: &random)
    for (i, size) in sizes.enumerated() {
      if place < size { return i }
      place -= size
    }
    preconditionFailure("a place beyond \(sizes.count) sizes")
  }

  /// Places in recordings, in whole frames.
  private struct Search {
    let conditioning: Conditioning
    let law: MuLaw
    let rate: Int
    /// Samples in front of an excerpt: a receptive field, rounded up to frames.
    let front: Int
    let length, least: Int

    init(_ c: Configuration, _ conditioning: Conditioning, _ seconds: Double) {
      self.conditioning = conditioning
      (law, rate) = (MuLaw(levels: c.quantizationLevels), c.sampleRate)
      let frame = conditioning.frameSamples
      func frames(_ samples: Int) -> Int { (samples + frame - 1) / frame * frame }
      front = frames(c.receptiveField)
      length = frames(Int(seconds * Double(rate)))
      least = min(length, frames(Int(GestureSelection.leastSeconds * Double(rate))))
    }

    /// Places where an excerpt may begin.
    func room(in recording: DescribedRecording) -> Int {
      max(0, (recording.codes.count - front - least) / conditioning.frameSamples + 1)
    }

    func place(in recording: DescribedRecording, using random: inout PhiloxGenerator) -> Int {
      Int.random(in: 0..<room(in: recording), using: &random) * conditioning.frameSamples + front
    }

    /// The excerpt with its codes in front; whole frames.
    func range(from start: Int, in recording: DescribedRecording) -> Range<Int> {
      let frame = conditioning.frameSamples
      return start - front..<min(start + length, recording.codes.count / frame * frame)
    }

    /// Whether it begins in sound and mostly sounds.
    func isGood(_ range: Range<Int>, in recording: DescribedRecording) -> Bool {
      let window = rate / 20
      let start = range.lowerBound + front
      func level(_ part: Range<Int>) -> Double {
        Loudness.level(Clip(samples: law.decode(Array(recording.codes[part])), sampleRate: rate))
      }
      if !(level(max(0, start - window)..<start) > GestureSelection.sounding)
        || !(level(start..<min(start + window, recording.codes.count)) > GestureSelection.sounding)
      {
        return false
      }
      let windows = stride(from: start, through: range.upperBound - window, by: window).map {
        $0..<$0 + window
      }
      return windows.count { level($0) > GestureSelection.sounding } * 2 > windows.count
    }

    func label(of recording: DescribedRecording) -> Int? {
      guard let labels = recording.conditions?.labels, let most = labels.max(), most > 0 else { return nil }
      return labels.firstIndex(of: most)
    }

    /// Whether the beginning of a recording is worth following.
    func sounds(_ recording: DescribedRecording) -> Bool {
      let count = recording.codes.count
      if count < conditioning.frameSamples
        || Double(count) < GestureSelection.leastWholeSeconds * Double(rate)
      {
        return false
      }
      let beginning = Clip(samples: law.decode(Array(recording.codes.prefix(length))), sampleRate: rate)
      return Loudness.levels(beginning, window: 0.05).contains { $0 > GestureSelection.sounding }
    }

    func whole(_ recording: DescribedRecording) -> Excerpt {
      let frames = min(length, recording.codes.count) / conditioning.frameSamples
      return excerpt(0..<frames * conditioning.frameSamples, of: recording, front: 0)
    }

    func excerpt(_ range: Range<Int>, of recording: DescribedRecording) -> Excerpt {
      excerpt(range, of: recording, front: front)
    }

    private func excerpt(_ range: Range<Int>, of recording: DescribedRecording, front: Int) -> Excerpt {
      let (frame, width) = (conditioning.frameSamples, conditioning.controlChannels)
      let rows = range.lowerBound / frame..<range.upperBound / frame
      let all = recording.conditions?.controls ?? []
      var controls = width == 0 ? [] : Array(all[rows.lowerBound * width..<rows.upperBound * width])
      // Nothing is ahead of its end.
      ControlChannel.compute(
        conditioning.controls.flatMap(\.channels), in: &controls, frame: frame, sampleRate: rate)
      let name = recording.name.split(separator: "/").last.map(String.init) ?? recording.name
      let tenths = (range.lowerBound + front) * 10 / rate
      let gesture = Gesture(
        source: "\(name) at \(tenths / 10).\(tenths % 10) s", label: label(of: recording),
        codes: Array(recording.codes[range.lowerBound..<range.lowerBound + front]),
        controls: controls, samples: range.count)
      return Excerpt(
        gesture: gesture, original: Array(recording.codes[range.lowerBound + front..<range.upperBound]))
    }
  }
}
