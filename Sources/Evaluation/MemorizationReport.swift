// Does the model repeat its training recordings? Excerpts of what it generates are looked for in everything that it was
// trained on, as waveforms (Signal.ExcerptSearch) and by content (Signal.Fingerprint); excerpts of held-out recordings,
// which it cannot have copied, show how alike two real recordings of the kind are anyway. The search: MemorizationSearch.swift.
internal import Reports
package import Signal

/// Excerpts and what they are nearest to.
package struct MemorizationReport: Sendable, Encodable {
  /// Where an excerpt is most alike, and how much.
  package struct Nearest: Sendable, Encodable {
    /// 1 is a copy up to loudness; 0 has nothing in common.
    package let correlation: Double
    package let recording: String
    /// Where in the recording, in seconds.
    package let at: Double
  }

  package struct Excerpt: Sendable, Encodable {
    /// The clip that it is from.
    package let clip: String
    /// Where it starts, in seconds.
    package let at: Double
    package let waveform: Nearest
    package let content: Nearest
  }

  /// One way of measuring.
  package struct Figure: Sendable, Encodable {
    package let generatedMedian: Double
    package let generatedHighest: Double
    /// Floor; nil without held-out excerpts.
    package let heldOutMedian: Double?
    package let heldOutHighest: Double?
    /// Generated excerpts that are closer to training than any held-out one; nil without a floor.
    package let aboveFloor: Int?
  }

  package let excerptSeconds: Double
  package let trainingSeconds: Double
  package let waveform: Figure
  package let content: Figure
  /// Silent excerpts, which were left out.
  package let silentExcerpts: Int
  package let generated: [Excerpt]
  package let heldOut: [Excerpt]

  /// Sound by name.
  package typealias Named = (name: String, clip: Clip)
  /// Waveforms this alike are copies: what differs is 10 dB down, about what a coarse codec changes.
  package static let copy = 0.95

  /// Excerpts are not longer than a second, and than a half of the median recording: of a struck drum that is repeated whole, one
  /// lies within it, wherever it is struck.
  package static func excerptSeconds(_ training: Recordings, sampleRate: Int) -> Double {
    let median = Distribution.median(training.lengths.map(Double.init)) ?? 0
    return (min(1, max(0.1, median / Double(sampleRate) / 2)) * 100).rounded() / 100
  }

  /// - most: excerpts of each kind, spread evenly
  /// - progress: (pieces done, pieces in all) from any thread; answers whether to go on
  /// - Returns: nil if `progress` said no, or if there is no excerpt of the length that is not silent.
  package init?(
    generated: [Named], heldOut: [Named], training: Recordings,
    most: Int = 32, threads: Int,
    progress: @escaping @Sendable (Int, Int) -> Bool = { _, _ in true }
  ) {
    guard let rate = generated.first?.clip.sampleRate else { return nil }
    let seconds = Self.excerptSeconds(training, sampleRate: rate)
    let made = Excerpts(generated, seconds: seconds, most: most)
    let held = Excerpts(heldOut, seconds: seconds, most: most)
    let all = made.all + held.all
    if made.all.isEmpty || training.count == 0 { return nil }
    let length = all[0].clip.samples.count

    let search = MemorizationSearch(all.map(\.clip), training, threads: threads, progress: progress)
    guard let waveforms = search.waveforms(), let contents = search.contents() else { return nil }
    let excerpts = all.indices.map { index in
      Excerpt(
        clip: all[index].name, at: Double(all[index].start) / Double(rate), waveform: waveforms[index],
        content: contents[index])
    }
    self.generated = Array(excerpts.prefix(made.all.count))
    self.heldOut = Array(excerpts.dropFirst(made.all.count))
    excerptSeconds = Double(length) / Double(rate)
    trainingSeconds = Double(training.samples) / Double(rate)
    silentExcerpts = made.silent + held.silent
    waveform = Figure(self.generated.map(\.waveform.correlation), self.heldOut.map(\.waveform.correlation))
    content = Figure(self.generated.map(\.content.correlation), self.heldOut.map(\.content.correlation))
  }
}

extension MemorizationReport.Figure {
  init(_ generated: [Double], _ heldOut: [Double]) {
    let highest = heldOut.max()
    self.init(
      generatedMedian: Distribution.median(generated) ?? 0, generatedHighest: generated.max() ?? 0,
      heldOutMedian: Distribution.median(heldOut), heldOutHighest: highest,
      aboveFloor: highest.map { highest in generated.count { $0 > highest } })
  }
}

/// Stretches of clips, end to end, none silent.
private struct Excerpts {
  private(set) var all: [(name: String, start: Int, clip: Clip)] = []
  private(set) var silent = 0

  /// At most `most`, spread evenly over all that there are.
  init(_ clips: [MemorizationReport.Named], seconds: Double, most: Int) {
    for (name, clip) in clips {
      let length = max(2, Int((seconds * Double(clip.sampleRate)).rounded()))
      for start in stride(from: 0, through: clip.samples.count - length, by: length) {
        let part = Clip(samples: Array(clip.samples[start..<start + length]), sampleRate: clip.sampleRate)
        if Loudness.isSilent(part) { silent += 1 } else { all.append((name, start, part)) }
      }
    }
    if all.count > most { all = (0..<most).map { all[$0 * all.count / most] } }
  }
}

extension MemorizationReport {
  /// What the figures mean.
  package var verdict: String {
    guard let floor = waveform.heldOutHighest, let contentFloor = content.heldOutHighest else {
      return
        "There is no held-out recording of \(NumberText.plain(excerptSeconds)) s to tell how alike recordings of the kind are "
        + "anyway: listen to the closest ones."
    }
    let what = "of \(generated.count) generated excerpts of \(NumberText.plain(excerptSeconds)) s"
    if floor > MemorizationReport.copy {
      let (own, other) = (waveform.generatedMedian, waveform.heldOutMedian ?? 0)
      return
        "Held-out recordings are in places the same as training ones (correlation up to \(NumberText.fixed(floor, 2))), so a copy "
        + "cannot be told from more sound of the kind. In the median generated excerpts are "
        + (own > other ? "closer to training than held-out ones" : "no closer to training than held-out ones")
        + ": \(NumberText.fixed(own, 2)) against \(NumberText.fixed(other, 2))."
    }
    let byWaveform = generated.filter { $0.waveform.correlation > floor }
    let closer = generated.count { $0.waveform.correlation > floor || $0.content.correlation > contentFloor }
    if closer == 0 {
      return
        "None \(what) is closer to a training recording than held-out recordings are: no sign that the model repeats "
        + "what it was trained on."
    }
    // Of those that are closer as waveforms, if any, the closest; else of those by content.
    let byWhat = byWaveform.isEmpty ? \Excerpt.content : \Excerpt.waveform
    let closest = generated.max { $0[keyPath: byWhat].correlation < $1[keyPath: byWhat].correlation }!
    let nearest = closest[keyPath: byWhat]
    let isCopy = closest.waveform.correlation > MemorizationReport.copy
    return
      "\(closer) \(what) \(closer == 1 ? "is" : "are") closer to a training recording than any held-out excerpt"
      + (isCopy ? ", and the closest is a copy" : ", which may be chance; the larger the gap, the less so")
      + ": compare \(closest.clip) at \(NumberText.fixed(closest.at, 1)) s with \(nearest.recording) at "
      + "\(NumberText.fixed(nearest.at, 1)) s (correlation of the \(byWaveform.isEmpty ? "content" : "waveform") "
      + "\(NumberText.fixed(nearest.correlation, 2)), held-out at most "
      + "\(NumberText.fixed(byWaveform.isEmpty ? contentFloor : floor, 2)))."
  }
}
