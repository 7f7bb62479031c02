// An open file or pipe: its bytes, and the streams that it consists of. Regular files are read in place; pipes, devices
// and standard input are read to their end into memory first, because what they say about their length is not to be
// trusted.
internal import Files
import Glibc

final class SoundSource {
  /// For messages: the path, or "standard input".
  let name: String
  /// At least one.
  let parts: [SoundPart]
  private let file: VirtualFile
  private let descriptor: Int32

  /// Opens a file for reading; "-" is standard input.
  init(reading path: String, shouldStop: @escaping () -> Bool) throws(AudioIOError) {
    let isInput = path == "-"
    let name = isInput ? "standard input" : path
    let descriptor = isInput ? dup(STDIN_FILENO) : Disk.open(path, O_RDONLY)
    if descriptor < 0 {
      switch errno {
      case ENOENT, ENOTDIR: throw .missing(path: name)
      default: throw .unreadable(path: name, reason: Descriptor.reason())
      }
    }
    do throws(AudioIOError) {
      var status = stat()
      if fstat(descriptor, &status) != 0 { throw .unreadable(path: name, reason: Descriptor.reason()) }
      if status.st_mode & S_IFMT == S_IFDIR { throw .isFolder(path: name) }
      if status.st_mode & S_IFMT == S_IFREG && !isInput {
        file = VirtualFile(descriptor: descriptor)
      } else {
        file = VirtualFile(
          memory: try Descriptor.readAll(descriptor, name: name, shouldStop: shouldStop))
      }
      if file.length == 0 { throw .empty(path: name) }
      parts = try SoundParts.find(ByteScanner(file, shouldStop: shouldStop), name: name)
      if let code = file.failure { throw .readFailed(path: name, reason: Descriptor.reason(code)) }
    } catch {
      close(descriptor)
      throw error
    }
    (self.name, self.descriptor) = (name, descriptor)
  }

  deinit { close(descriptor) }

  /// One of its streams.
  func open(_ part: SoundPart) throws(AudioIOError) -> SoundHandle {
    let bytes =
      part.memory.map { VirtualFile(memory: $0) } ?? VirtualFile(file, part.range, patches: part.patches)
    return try SoundHandle(bytes, name: name)
  }
}
