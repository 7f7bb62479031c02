// Small files of a test in and out: the target Files with this target's errors.
internal import Files
internal import Glibc

enum TestFiles {
  /// Most bytes of a file that is read whole: a stimulus of an hour at 48 kHz.
  static let limit = 768 << 20

  static func read(_ path: String, limit: Int = limit) throws(ListeningError) -> [UInt8] {
    do throws(FileError) { return try InputFile.contents(of: path, limit: limit) } catch {
      throw .file(error)
    }
  }

  /// Whole or not at all.
  static func write(_ bytes: [UInt8], to path: String) throws(ListeningError) {
    do throws(FileError) { try AtomicFile.write(bytes, to: path) } catch { throw .file(error) }
  }

  static func makeFolder(_ path: String) throws(ListeningError) {
    do throws(FileError) { try Folder.createNew(path) } catch { throw .file(error) }
  }

  /// A folder's name as it was given, without slashes behind it.
  static func trimmed(_ folder: String) -> String {
    var folder = folder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    return folder
  }

  /// A new folder that takes that place when it is complete.
  static func scratchFolder(for path: String) throws(ListeningError) -> ScratchFolder {
    do throws(FileError) { return try ScratchFolder(for: path) } catch { throw .file(error) }
  }

  static func commit(_ scratch: ScratchFolder) throws(ListeningError) {
    do throws(FileError) { try scratch.commit() } catch { throw .file(error) }
  }

  /// Nobody may write it any more.
  static func protect(_ path: String) { Disk.protect(path) }

  static func reason(_ code: Int32 = errno) -> String { Disk.words(code) }

  /// Names in a folder, in byte order, without hidden ones; none where there is no folder.
  static func names(in folder: String) -> [String] {
    (Disk.names(in: folder) ?? []).filter { !$0.hasPrefix(".") }
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, _ bytes: [UInt8], path: String
  ) throws(ListeningError) -> Value {
    do throws(FileError) { return try SnakeJSON.decode(type, bytes, path: path) } catch { throw .file(error) }
  }
}
