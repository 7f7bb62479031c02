// How well a clip does what it was told: the curves that were wanted beside those that are heard in it. What is wanted and
// what is heard are measured in the same way, so that a recording agrees with its own curves.

/// Agreement of clips with the curves they were told. Pitch in cents, levels in dB.
package struct CurveAgreement: Hashable, Sendable, Codable {
  /// Absolute error of pitch over frames that are wanted and heard with a pitch; nil if there is none.
  package let pitchCentsMedian: Double?
  package let pitchCents95: Double?
  /// Share of the frames wanted with a pitch that are heard within 50 cents of it; frames heard without one are not.
  package let pitchWithin50Cents: Double?
  /// Share of the frames wanted with a pitch that are heard without one, and the other way round.
  package let pitchMissing: Double?
  package let pitchUnwanted: Double?
  /// Median absolute error of the level, every 50 ms where more than -40 dB is wanted; nil if nowhere.
  package let levelDbMedian: Double?
  /// The level that 95 % of the frames of pauses stay below; nil if there are none.
  package let pauseLevelDb: Double?
  /// Frames, of all clips.
  package let frames: Int
  package let voicedFrames: Int
  package let pauseFrames: Int

  /// What is wanted above this, in dB, is sound; a pause wants less than `pause` for `pauseSeconds` to both sides.
  static let sound = -40.0
  static let pause = -60.0
  static let pauseSeconds = 0.05

  /// Of clips, each beside the curves it was told. Curves need pitch, voicing and loudness for the figures of each.
  package init(_ clips: [(wanted: ControlCurves, heard: ControlCurves)]) {
    var tally = Tally()
    for (wanted, heard) in clips { tally.add(wanted, heard) }
    self.init(tally)
  }

  private init(_ tally: Tally) {
    let cents = tally.cents
    pitchCentsMedian = Distribution.quantile(cents, 0.5)
    pitchCents95 = Distribution.quantile(cents, 0.95)
    let voiced = Double(tally.voiced)
    pitchWithin50Cents = tally.voiced == 0 ? nil : Double(cents.count { $0 <= 50 }) / voiced
    pitchMissing = tally.voiced == 0 ? nil : Double(tally.missing) / voiced
    pitchUnwanted = tally.unvoiced == 0 ? nil : Double(tally.unwanted) / Double(tally.unvoiced)
    levelDbMedian = Distribution.quantile(tally.levelErrors, 0.5)
    pauseLevelDb = Distribution.quantile(tally.pauses, 0.95)
    (frames, voicedFrames, pauseFrames) = (tally.frames, tally.voiced, tally.pauses.count)
  }

  private struct Tally {
    var cents: [Double] = []
    var levelErrors: [Double] = []
    var pauses: [Double] = []
    var (frames, voiced, unvoiced, missing, unwanted) = (0, 0, 0, 0, 0)

    mutating func add(_ wanted: ControlCurves, _ heard: ControlCurves) {
      precondition(
        wanted.frame == heard.frame && wanted.sampleRate == heard.sampleRate, "curves of different frames")
      let count = min(wanted.frames, heard.frames)
      frames += count
      if let wantedPitch = wanted.curve(of: .pitch), let heardPitch = heard.curve(of: .pitch),
        let wantedVoicing = wanted.curve(of: .voicing), let heardVoicing = heard.curve(of: .voicing)
      {
        for k in 0..<count {
          let isHeard = heardVoicing[k] >= 0.5
          if wantedVoicing[k] < 0.5 {
            unvoiced += 1
            if isHeard { unwanted += 1 }
            continue
          }
          voiced += 1
          if !isHeard {
            missing += 1
          } else {
            cents.append(1200 * Double(abs(heardPitch[k] - wantedPitch[k])))
          }
        }
      }
      guard let wantedLevel = wanted.decibels, let heardLevel = heard.decibels else { return }
      let rate = Double(wanted.sampleRate) / Double(wanted.frame)  // frames per second
      let step = max(1, Int((0.05 * rate).rounded()))
      for k in stride(from: 0, to: count, by: step) where wantedLevel[k] > CurveAgreement.sound {
        levelErrors.append(abs(heardLevel[k] - wantedLevel[k]))
      }
      let margin = max(1, Int((CurveAgreement.pauseSeconds * rate).rounded()))
      var quiet = 0  // frames of the pause so far
      for k in 0..<count {
        quiet = wantedLevel[k] < CurveAgreement.pause ? quiet + 1 : 0
        if quiet > 2 * margin { pauses.append(heardLevel[k - margin]) }
      }
    }
  }
}

extension ControlCurves {
  /// The values of a channel, or nil if it is not there. `[frames]`
  package func curve(of channel: ControlChannel) -> [Float]? { channels.firstIndex(of: channel).map(curve) }

  /// Levels in dB of full scale, from `loudness`. `[frames]`
  package var decibels: [Double]? { curve(of: .loudness).map { $0.map { 20 * Double($0) - 40 } } }
}
