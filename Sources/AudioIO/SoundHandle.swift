// One opened sound file: libsndfile's handle, closed when this goes. Regular files are read in place; pipes, devices and
// standard input are read to their end into memory first, because what they say about their length is not to be trusted.

internal import CSndfile
internal import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

final class SoundHandle {
  let handle: OpaquePointer
  let info: SF_INFO
  /// For messages: the path, or "standard input".
  let name: String
  private let bytes: ByteStore
  private let descriptor: Int32

  /// Opens a file for reading; "-" is standard input.
  init(reading path: String) throws(AudioIOError) {
    let isInput = path == "-"
    name = isInput ? "standard input" : path
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
      let regular = status.st_mode & S_IFMT == S_IFREG && !isInput
      if regular {
        bytes = ByteStore(descriptor: descriptor)
      } else {
        bytes = ByteStore(memory: try Descriptor.readAll(descriptor, name: name))
      }
      if bytes.length == 0 { throw .empty(path: name) }
      var info = SF_INFO()  // format must be 0
      guard let handle = bytes.open(Int32(SFM_READ), &info) else {
        throw .notSound(path: name, reason: SoundHandle.reason(nil))
      }
      self.handle = handle
      self.info = info
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  /// Error number of a read that the disk refused.
  var failure: Int32? { bytes.failure }

  deinit {
    sf_close(handle)
    close(descriptor)
  }

  /// libsndfile's words, without its full stop.
  static func reason(_ handle: OpaquePointer?) -> String {
    var text = String(cString: sf_strerror(handle))
    while text.hasSuffix(".") || text.hasSuffix("\n") || text.hasSuffix(" ") { text.removeLast() }
    return text
  }

  /// A string of the file, such as its comment.
  func string(_ kind: Int) -> String? {
    guard let text = sf_get_string(handle, Int32(kind)), text[0] != 0 else { return nil }
    return String(cString: text)
  }

  /// Byte counts (announced, found) if the header promises more sound than there is. libsndfile reads such files up to
  /// their end and tells only its log: "data : 64000 (should be 32000)". Sizes of almost 2 or 4 GiB are what
  /// streams write that do not know their length yet.
  var missingBytes: (announced: Int, found: Int)? {
    var log = [CChar](repeating: 0, count: 1 << 14)
    let length = sf_command(handle, Int32(SFC_GET_LOG_INFO), &log, Int32(log.count))
    guard length > 0 else { return nil }
    let text = String(decoding: log.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == ":" || $0 == "(" || $0 == ")" }
      guard let should = words.firstIndex(of: "should"), should >= 2, should + 2 < words.count,
        ["data", "SSND", "Data", "riff", "Riff"].contains(words[0]),
        let announced = Int(words[should - 1]), let found = Int(words[should + 2])
      else { continue }
      let streaming = announced >= 0x7FFF_0000 && announced <= 0xFFFF_FFFF
      if announced > found && !streaming { return (announced, found) }
    }
    return nil
  }
}
