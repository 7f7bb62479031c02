// Playing: which device, how much to collect first, and silence at once on Ctrl-C.
import ArgumentParser
import AudioIO
import Files
import Glibc
import Reports
import Synchronization

struct PlaybackOption: ParsableArguments {
  @Option(help: ArgumentHelp("Sound device (default: SYNTH_DEVICE, or the system's).", valueName: "name"))
  var device: String?

  private var name: String { device ?? FileName.environment("SYNTH_DEVICE") ?? "default" }

  /// - speed: how many times faster than real time the sound will be made; infinite if it is there already.
  func open(
    sampleRate: Int, channels: Int = 1, seconds: Double, speed: Double
  ) throws(AudioIOError) -> Player {
    let preRoll = speed.isFinite ? Player.preRoll(seconds: seconds, speed: speed) : min(seconds, 0.1)
    return try Player(device: name, sampleRate: sampleRate, channels: channels, preRoll: preRoll)
  }
}

extension Player {
  /// Waits until everything is heard, or is silent at once when a signal comes.
  /// - hint: what is there all the same
  func drainUnlessInterrupted(hint: String = "") throws {
    nonisolated(unsafe) var thread = pthread_t()
    let watcher = Watcher(self)
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        unsafe Unmanaged<Watcher>.fromOpaque(argument!).takeRetainedValue().watch()
        return nil
      }, Unmanaged.passRetained(watcher).toOpaque())
    if code != 0 {
      // No further thread is to be had: what is left of the sound is played before a signal is answered.
      unsafe Unmanaged.passUnretained(watcher).release()
      try drain()
      return try Interrupt.check(hint: hint)
    }
    defer {
      watcher.end()
      unsafe pthread_join(thread, nil)
    }
    try drain()
    try Interrupt.check(hint: hint)
  }

  func report() {
    if underruns.isEmpty { return }
    let gap = underruns.reduce(0) { $0 + $1.seconds }
    Terminal.warn(
      "\(NumberText.count(underruns.count, "gap")) of \(NumberText.fixed(gap, 2)) s in all: the machine was too busy to keep up"
    )
  }
}

/// Drops a player when a signal comes.
private final class Watcher: Sendable {
  private let player: Player
  private let isOver = Atomic(false)

  init(_ player: Player) { self.player = player }

  func end() { isOver.store(true, ordering: .relaxed) }

  func watch() {
    while !isOver.load(ordering: .relaxed) {
      if Interrupt.isRequested { return player.drop() }
      usleep(20_000)
    }
  }
}
