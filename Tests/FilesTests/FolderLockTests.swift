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

  @Test func aFolderThatIsNotThereIsNamed() {
    #expect(throws: FileError.cannotCreate(path: "/none/lock", errno: ENOENT)) {
      try FolderLock("/none/lock")
    }
  }
}
