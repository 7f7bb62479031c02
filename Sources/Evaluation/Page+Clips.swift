// The page's clips: spectrograms and players, generated on the left, held-out on the right.
internal import FoundationEssentials
internal import Signal

extension Page {
  /// Pairs that are shown, and seconds of each clip: a page of a few megabytes.
  static let shownClips = 6
  static let shownSeconds = 8.0

  var clips: String {
    if generated.isEmpty { return "" }
    var figures = ""
    for row in 0..<min(Page.shownClips, max(generated.count, heldOut.count)) {
      figures += row < generated.count ? Page.figure(generated[row], Colour.generated) : "<div></div>"
      figures += row < heldOut.count ? Page.figure(heldOut[row], Colour.held) : "<div></div>"
    }
    let more = max(generated.count, heldOut.count) > Page.shownClips
    return Page.section(
      "Side by side",
      "The first \(Text.fixed(Page.shownSeconds, 0)) seconds at most\(more ? ", of the first \(Page.shownClips) clips" : ""). "
        + "Held-out clips as the model hears them: at its sample rate, mu-law coded.",
      Colour.key([(Colour.generated, "generated"), (Colour.held, "held-out")])
        + "<div class=\"pairs\">\(figures)</div>")
  }

  private static func figure(_ sound: Named, _ colour: String) -> String {
    let clip = sound.clip.part(from: 0, seconds: shownSeconds)
    if clip.samples.isEmpty { return "<div></div>" }
    var picture = SpectrogramPicture()
    (picture.width, picture.height, picture.window) = (440, 190, 1024)
    let name = Markup.escaped(sound.name)
    return "<figure><img alt=\"Spectrogram of \(name)\" src=\"\(uri("image/png", picture.png(clip)))\">"
      + "<audio controls preload=\"none\" aria-label=\"\(name)\" src=\"\(uri("audio/wav", wav(clip)))\"></audio>"
      + "<figcaption><span class=\"key\" style=\"background:\(colour)\"></span>\(name)</figcaption></figure>"
  }

  private static func uri(_ type: String, _ bytes: [UInt8]) -> String {
    "data:\(type);base64,\(Data(bytes).base64EncodedString())"
  }

  /// 16-bit mono WAV in memory. (AudioIO writes files and streams.)
  static func wav(_ clip: Clip) -> [UInt8] {
    func little(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let size = 2 * clip.samples.count
    let header: [[UInt8]] = [
      Array("RIFF".utf8), little(36 + size, 4), Array("WAVEfmt ".utf8), little(16, 4), little(1, 2),
      little(1, 2),
      little(clip.sampleRate, 4), little(2 * clip.sampleRate, 4), little(2, 2), little(16, 2),
      Array("data".utf8),
      little(size, 4),
    ]
    return header.flatMap { $0 }
      + clip.samples.flatMap { little(Int((max(-1, min(1, $0)) * 32767).rounded()), 2) }
  }
}
