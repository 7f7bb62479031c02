// The page's clips: spectrograms and players, generated on the left, held-out on the right.
internal import Files
internal import Reports

extension Page {
  /// Pairs that are shown, and seconds of each clip: a page of a few megabytes.
  static let shownClips = 6
  static let shownSeconds = 8.0

  var clips: [Document.Block] {
    if generated.isEmpty { return [] }
    let all = max(generated.count, heldOut.count)
    let sounds = (0..<min(Page.shownClips, all)).flatMap { row in
      [
        row < generated.count ? Page.figure(generated[row], .generated) : nil,
        row < heldOut.count ? Page.figure(heldOut[row], .heldOut) : nil,
      ]
    }
    let followed = report.controls == nil ? "" : " Each stands beside the excerpt that it follows."
    let part = all > Page.shownClips ? ", of the first \(Page.shownClips) clips" : ""
    return [
      .heading("Side by side"),
      .lead(
        "The first \(NumberText.fixed(Page.shownSeconds, 0)) seconds at most\(part). Held-out clips as the model hears "
          + "them: at its sample rate, mu-law coded.\(followed)"),
      .key([(.generated, "generated"), (.heldOut, "held-out")]), .sounds(sounds),
    ]
  }

  private static func figure(_ sound: Named, _ hue: Document.Hue) -> Document.SoundFigure? {
    let clip = sound.clip.part(from: 0, seconds: shownSeconds)
    if clip.samples.isEmpty { return nil }
    var picture = SpectrogramPicture()
    (picture.width, picture.height, picture.window) = (440, 190, 1024)
    return .init(name: FileName.shown(sound.name), clip: clip, picture: picture, hue: hue)
  }
}
