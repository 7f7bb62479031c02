// One process in a folder at a time. Locks belong to open files, so that two in one process exclude each other too.
import Files
import Glibc
import TestSupport
import Testing

struct FolderLockTests {
  @Test func theSecondIsToldWhoHasIt() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/lock"
      var first: FolderLock? = try FolderLock(path)
      #expect(first != nil)
      #expect(throws: FileError.busy(path: path, process: getpid())) { try FolderLock(path) }
      first = nil
      #expect(throws: Never.self) { try FolderLock(path) }
    }
  }

  /// Its number goes into no other file.
  @Test func aLinkIsNoLock() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("text", to: "\(folder)/thesis")
      #expect(symlink("thesis", "\(folder)/lock") == 0)
      #expect(throws: FileError.cannotCreate(path: "\(folder)/lock", errno: ELOOP)) {
        try FolderLock("\(folder)/lock")
      }
      #expect(try InputFile.contents(of: "\(folder)/thesis", limit: 10) == Array("text".utf8))
    }
  }

  @Test func aFolderThatIsNotThereIsNamed() {
    #expect(throws: FileError.cannotCreate(path: "/none/lock", errno: ENOENT)) {
      try FolderLock("/none/lock")
    }
  }
}
