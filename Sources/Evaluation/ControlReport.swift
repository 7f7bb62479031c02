// Whether a conditioned model does what it is told: clips that follow curves it has never seen, beside what real recordings
// reach and what chance does. The measures: Signal's CurveAgreement.
package import Generation
internal import Kernels
package import Signal
package import WaveNet

/// Clips that follow held-out excerpts.
package struct ControlReport: Sendable, Encodable {
  package let clips: Int
  /// The clips beside the curves that they were told.
  package let agreement: CurveAgreement
  /// Floor: the recordings themselves, as the model's codes hold them, beside the same curves.
  package let recordings: CurveAgreement
  /// Chance: each excerpt beside the curves of another; nil for a single one.
  package let others: CurveAgreement?
  /// Clips in which nothing is to be heard.
  package let silentClips: Int
  /// Clicks in all of them, in their recordings.
  package let clicks: Int
  package let clicksInRecordings: Int
  /// By label, where the model has some.
  package let labels: [Label]

  /// The first clips, to be drawn; not part of the JSON.
  package let shown: [Shown]

  /// What a clip was told, and what is heard in it.
  package struct Shown: Sendable {
    /// Of the excerpt.
    package let source: String
    package let wanted, heard: ControlCurves
  }
  package static let mostShown = 3

  private enum CodingKeys: CodingKey {
    case clips, agreement, recordings, others, silentClips, clicks, clicksInRecordings, labels
  }

  /// Clips that were told one label.
  package struct Label: Sendable, Encodable {
    package let label: String
    package let clips: Int
    package let agreement: CurveAgreement
    /// How many are nearer to this label's other recordings than to every other label's, by their spectrum; nil if there is one label, or
    /// one recording of this.
    package let nearestToOwn: Int?
  }

  /// One clip, and what it followed.
  package struct Pair: Sendable {
    package let excerpt: Excerpt
    package let clip: Clip

    package init(_ excerpt: Excerpt, _ clip: Clip) { (self.excerpt, self.clip) = (excerpt, clip) }
  }

  /// - pairs: at least one, of a model that is told controls or labels
  package init(_ pairs: [Pair], _ configuration: Configuration, threads: Int) {
    guard let conditioning = configuration.conditioning, !pairs.isEmpty else {
      preconditionFailure("\(pairs.count) clips of a model that is told nothing")
    }
    let law = MuLaw(levels: configuration.quantizationLevels)
    let measured = Parallel.map(jobs: pairs.count, threads: threads) { job, _ in
      Measured(pairs[job], conditioning, law)
    }
    clips = pairs.count
    agreement = CurveAgreement(measured.map { ($0.wanted, $0.heard) })
    recordings = CurveAgreement(measured.map { ($0.wanted, $0.original) })
    others =
      measured.count < 2
      ? nil
      : CurveAgreement(
        measured.indices.map { (measured[$0].wanted, measured[($0 + 1) % measured.count].wanted) })
    silentClips = pairs.count { Loudness.isSilent($0.clip) }
    clicks = measured.reduce(0) { $0 + $1.clicks }
    clicksInRecordings = measured.reduce(0) { $0 + $1.originalClicks }
    labels = ControlReport.labels(pairs, measured, conditioning)
    shown = zip(pairs, measured).prefix(Self.mostShown).map {
      Shown(source: $0.excerpt.gesture.source, wanted: $1.wanted, heard: $1.heard)
    }
  }

  private struct Measured: Sendable {
    let wanted, heard, original: ControlCurves
    let clicks, originalClicks: Int
    let sound, originalSound: SoundSummary

    init(_ pair: Pair, _ conditioning: Conditioning, _ law: MuLaw) {
      let gesture = pair.excerpt.gesture
      let (frame, rate) = (conditioning.frameSamples, pair.clip.sampleRate)
      let original = Clip(samples: law.decode(pair.excerpt.original), sampleRate: rate)
      // What was told, of the part that was generated.
      wanted = conditioning.wanted(
        gesture.controls, from: gesture.codes.count, samples: pair.clip.samples.count, sampleRate: rate)
      let melody = wanted.channels
      heard = ControlCurves(pair.clip, channels: melody, frame: frame)
      self.original = ControlCurves(original, channels: melody, frame: frame)
      clicks = ClickDetector.clicks(in: pair.clip).count
      originalClicks = ClickDetector.clicks(in: original).count
      (sound, originalSound) = (SoundSummary(pair.clip), SoundSummary(original))
    }
  }

  private static func labels(_ pairs: [Pair], _ measured: [Measured], _ conditioning: Conditioning) -> [Label]
  {
    let groups = Dictionary(grouping: pairs.indices) { pairs[$0].excerpt.gesture.label ?? -1 }
    func body(_ members: [Int]) -> SoundSummary? { SoundSummary(members.map { measured[$0].originalSound }) }
    let bodies = groups.compactMapValues(body)
    return conditioning.labels.indices.compactMap { label in
      guard let members = groups[label] else { return nil }
      let nearest = members.count { member in
        let sound = measured[member].sound
        // Without the recording that the clip followed, which it is like anyway.
        guard let own = body(members.filter { $0 != member }) else { return false }
        let distance = sound.distance(to: own).spectrumDb
        return bodies.allSatisfy { $0.key == label || sound.distance(to: $0.value).spectrumDb > distance }
      }
      return Label(
        label: conditioning.labels[label], clips: members.count,
        agreement: CurveAgreement(members.map { (measured[$0].wanted, measured[$0].heard) }),
        nearestToOwn: groups.count > 1 && members.count > 1 ? nearest : nil)
    }
  }
}
