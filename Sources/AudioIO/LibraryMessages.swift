// What libmpg123 writes to standard error while libsndfile uses it: notes without a file's name. While this thread
// decodes, C's `stderr` leads into memory here, and what other threads print goes on to where it went. The descriptor
// itself is not touched.

internal import CSndfile
import Glibc
import Synchronization

enum LibraryMessages {
  /// Where one thread's messages go while it decodes. Lives in thread-local storage as an unowned pointer.
  private final class Sink {
    var text: [UInt8] = []
  }

  private struct Redirection {
    var users = 0
    var original: UInt = 0
    /// Made once and kept.
    var stream: UInt = 0
  }

  private static let redirection = Mutex(Redirection())
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Runs `body`, and says what was printed by this thread meanwhile.
  static func caught<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> (result: R, text: String) {
    let sink = Sink()
    let before = pthread_getspecific(key)
    pthread_setspecific(key, Unmanaged.passUnretained(sink).toOpaque())
    begin()
    defer {
      end()
      pthread_setspecific(key, before)
    }
    let result = try withExtendedLifetime(sink) { () throws(E) -> R in try body() }
    return (result, String(decoding: sink.text, as: UTF8.self))
  }

  private static func begin() {
    redirection.withLock { state in
      state.users += 1
      if state.users > 1 { return }
      if state.stream == 0 {
        let functions = synth_cookie_functions(
          read: nil, write: { LibraryMessages.write($1, Int($2)) }, seek: nil, close: nil)
        guard let stream = synth_fopencookie(nil, "w", functions) else { return }
        setvbuf(stream, nil, _IONBF, 0)
        state.stream = UInt(bitPattern: stream)
      }
      state.original = UInt(bitPattern: synth_exchange_stderr(UnsafeMutablePointer(bitPattern: state.stream)))
    }
  }

  private static func end() {
    redirection.withLock { state in
      state.users -= 1
      if state.users == 0, state.original != 0 {
        _ = synth_exchange_stderr(UnsafeMutablePointer(bitPattern: state.original))
        state.original = 0
      }
    }
  }

  private static func write(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> Int {
    guard let bytes else { return 0 }
    guard let sink = pthread_getspecific(key) else { return Glibc.write(STDERR_FILENO, bytes, count) }
    let text = Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue()
    if text.text.count < 1 << 16 {
      text.text += UnsafeRawBufferPointer(start: bytes, count: count)
    }
    return count
  }
}
