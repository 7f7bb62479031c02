// Takes one clip piece by piece: into a file that appears when it is complete or stopped, into a stream, to the loudspeaker.
import AudioIO
import Generation
import Signal

final class ClipSink {
  private let target: OutputTarget
  private let path: String
  private let sampleRate: Int
  private var samples: [Float] = []
  private let stream: StreamWriter?
  private var player: Player?  // nil without one, and when it has stopped

  /// - Parameters:
  ///   - clip: its number
  ///   - totalSamples: of everything that will be written
  ///   - player: opened before anything is generated, so that a missing device is an error at once
  init(_ target: OutputTarget, clip: Int, sampleRate: Int, totalSamples: Int, player: Player?) throws {
    self.target = target
    self.sampleRate = sampleRate
    self.player = player
    path = target.path(clip: clip)
    stream =
      target.kind == .stream
      ? try StreamWriter(
        sampleRate: sampleRate, container: target.isRaw ? .raw : .wav, totalSamples: totalSamples) : nil
  }

  var isStream: Bool { !target.isFile }

  func write(_ piece: [Float]) throws {
    if let stream { try stream.write(piece) }
    if target.isFile { samples += piece }
    do { try player?.write(piece) } catch {
      guard target.isFile else { throw error }
      player = nil
      Terminal.warn("\(error); \(path) is made all the same")
    }
  }

  /// The file first: it is complete, whatever happens to the sound card.
  /// - Returns: the file's path, if it is one.
  func finish(comment: String) throws -> String? {
    try stream?.finish()
    if target.isFile {
      try target.write(Clip(samples: samples, sampleRate: sampleRate), to: path, comment: comment)
    }
    if let player {
      ProgressLine.draw { ["playing ..."] }
      try player.drainUnlessInterrupted(hint: target.isFile ? "\(path) is complete" : "")
      player.report()
    }
    return target.isFile ? path : nil
  }

  /// Stops in the middle: silent at once; a stream ends where it is, a file holds what there is.
  /// - Parameters:
  ///   - made: samples of the clip so far; what was written before them is the prime
  ///   - fades: whether they fall as a whole clip does
  /// - Returns: the path of the file that was written; nil if there was nothing to write.
  func stop(made: Int, fades: Bool, comment: String) throws -> String? {
    player?.drop()
    try? stream?.finish()
    guard target.isFile, made > 0 else { return nil }
    let prime = samples.count - made
    var clip = Array(samples[prime...])
    if fades { clip = FadeOut(samples: made, sampleRate: sampleRate).applied(clip) }
    try target.write(
      Clip(samples: samples[..<prime] + clip, sampleRate: sampleRate), to: path, comment: comment)
    return path
  }

  /// What there is from sample `start` on; nil of what was not kept.
  func sound(from start: Int) -> Clip? {
    guard target.isFile, start < samples.count else { return nil }
    return Clip(samples: Array(samples[start...]), sampleRate: sampleRate)
  }
}
