// POSIX file descriptors: reading to the end, writing everything, and what errno says. Knows nothing of sound.

import Glibc

enum Descriptor {
  /// The system's words for an error number.
  static func reason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

  /// Everything up to the end of a pipe or device, whose length nobody knows.
  /// - Throws: `readFailed`, `tooLong` once more than `limit` bytes have come, `cancelled`.
  static func readAll(
    _ descriptor: Int32, name: String, limit: Int = 2 << 30, shouldStop: () -> Bool = { false }
  ) throws(AudioIOError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      // A pipe that nothing comes from must not hold up whoever wants to stop.
      while !isReady(descriptor, Int16(POLLIN), milliseconds: 50) {
        if shouldStop() { throw .cancelled }
      }
      if shouldStop() { throw .cancelled }
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          awaitReady(descriptor, Int16(POLLIN))
          continue
        }
        throw .readFailed(path: name, reason: reason())
      }
      if bytes.count + count > limit { throw .tooLong(path: name, limit: "\(limit >> 20) MiB") }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// Writes all of `bytes`, in as many pieces as it takes. A reader that went away is an error, not the end of the
  /// process: SIGPIPE is held back in this thread while writing.
  /// - Throws: `brokenPipe` or `writeFailed`.
  static func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, name: String)
    throws(AudioIOError)
  {
    var pipeSignal = sigset_t()
    var old = sigset_t()
    var pending = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    sigpending(&pending)
    pthread_sigmask(SIG_BLOCK, &pipeSignal, &old)
    defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
    var done = 0
    while done < bytes.count {
      let count = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count >= 0 {
        done += count
        continue
      }
      let code = errno
      switch code {
      case EINTR: continue
      case EAGAIN: awaitReady(descriptor, Int16(POLLOUT))
      case EPIPE:
        if sigismember(&pending, SIGPIPE) == 0 {  // ours: take it away before the mask goes
          var none = timespec()
          sigtimedwait(&pipeSignal, nil, &none)
        }
        throw .brokenPipe(path: name)
      default: throw .writeFailed(path: name, reason: reason(code))
      }
    }
  }

  /// The same for an array.
  static func writeAll(_ descriptor: Int32, _ bytes: [UInt8], name: String) throws(AudioIOError) {
    let result = bytes.withUnsafeBytes { buffer -> Result<Void, AudioIOError> in
      do throws(AudioIOError) {
        return .success(try writeAll(descriptor, buffer, name: name))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Whether something can be read or written, or has ended, within a time.
  private static func isReady(_ descriptor: Int32, _ events: Int16, milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    return poll(&entry, 1, milliseconds) != 0
  }

  private static func awaitReady(_ descriptor: Int32, _ events: Int16) {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    poll(&entry, 1, 1000)
  }
}
