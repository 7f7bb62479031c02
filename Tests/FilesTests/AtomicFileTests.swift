// Replacing files: whole or not at all, nothing left behind, and nothing replaced that is not a file.
import Files
import Glibc
import TestSupport
import Testing

struct AtomicFileTests {
  func contents(_ path: String) throws -> [UInt8] { try InputFile.contents(of: path, limit: 1 << 24) }

  @Test func createsAndReplaces() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.bin"
      try AtomicFile.write([1, 2, 3], to: path)
      #expect(try contents(path) == [1, 2, 3])
      try AtomicFile.write("text", to: path)
      #expect(try contents(path) == Array("text".utf8))
      try AtomicFile.write(pieces: [[1], [], [2, 3]], to: path)
      #expect(try contents(path) == [1, 2, 3])
      try AtomicFile.write([], to: path)
      #expect(try contents(path) == [])
      #expect(names(in: folder) == ["a.bin"])
    }
  }

  @Test func anOpenReaderKeepsTheOldBytes() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try AtomicFile.write([1, 2, 3], to: path)
      let reader = try InputFile(path: path)
      try AtomicFile.write([4], to: path)
      #expect(try reader.bytes(at: 0, count: 3) == [1, 2, 3])
    }
  }

  @Test func refusesWhatIsNotAFile() throws {
    try withTemporaryFolder { folder in
      let fifo = "\(folder)/pipe"
      #expect(mkfifo(fifo, 0o600) == 0)
      for path in [fifo, folder, "/dev/null"] {
        #expect(throws: FileError.wouldReplaceNonFile(path: path)) { try AtomicFile.write([1], to: path) }
      }
      #expect(throws: FileError.notRegular(path: fifo)) { try InputFile(path: fifo) }  // at once
      #expect(names(in: folder) == ["pipe"])
    }
  }

  @Test func aMissingFolderIsNamed() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/none/a"
      #expect(throws: FileError.cannotCreate(path: path, errno: ENOENT)) {
        try AtomicFile.write([1], to: path)
      }
      try AtomicFile.write([1], to: "\(folder)/file")
      #expect(throws: FileError.cannotCreate(path: "\(folder)/file/a", errno: ENOTDIR)) {
        try AtomicFile.write([1], to: "\(folder)/file/a")
      }
    }
  }

  /// A disk that fills up in the middle of writing: the old file stays, the temporary one goes.
  @Test func aFailedWriteLeavesTheOldFile() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try AtomicFile.write([1], to: path)
      let pieces = (0..<3).lazy.map { i -> [UInt8] in
        if i == 2 { fillDisk(under: folder) }
        return [UInt8](repeating: 0, count: 1000)
      }
      #expect(throws: FileError.writeFailed(path: path, errno: ENOSPC)) {
        try AtomicFile.write(pieces: pieces, to: path)
      }
      #expect(try contents(path) == [1])
      #expect(names(in: folder) == ["a"])
    }
  }

  /// Puts /dev/full in the place of every file that this process has open under `folder`.
  func fillDisk(under folder: String) {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    for name in names(in: "/proc/self/fd") {
      var target = [UInt8](repeating: 0, count: 4096)
      let count = target.withUnsafeMutableBytes {
        readlink("/proc/self/fd/\(name)", $0.baseAddress!.assumingMemoryBound(to: CChar.self), 4096)
      }
      if count > 0, String(decoding: target[..<count], as: UTF8.self).hasPrefix(folder + "/") {
        dup2(full, Int32(name)!)
      }
    }
  }

  /// What a killed writer left goes with the next file that is written there; what a living one writes stays.
  @Test func leftoversOfAKilledWriterGoOnTheNextWrite() throws {
    try withTemporaryFolder { folder in
      for name in [".synth-dead.tmp", ".synth-alive.tmp", ".synth-x.txt", "a.tmp"] {
        close(Disk.open("\(folder)/\(name)", O_WRONLY | O_CREAT))
      }
      let alive = Disk.open("\(folder)/.synth-alive.tmp", O_RDONLY)
      defer { close(alive) }
      #expect(flock(alive, LOCK_EX) == 0)
      try AtomicFile.write([1], to: "\(folder)/b")
      #expect(names(in: folder) == [".synth-alive.tmp", ".synth-x.txt", "a.tmp", "b"])
    }
  }

  /// Somebody else's leftover is somebody else's: it may hold anything.
  @Test(.enabled(if: geteuid() == 0)) func otherPeoplesLeftoversStay() throws {
    try withTemporaryFolder { folder in
      for name in ["mine", "other"] {
        #expect(mkdir("\(folder)/.synth-\(name).tmp", 0o755) == 0)
      }
      #expect(chown("\(folder)/.synth-other.tmp", 65_534, 65_534) == 0)
      try AtomicFile.write([1], to: "\(folder)/b")
      #expect(names(in: folder) == [".synth-other.tmp", "b"])
    }
  }

  /// What cannot be removed stays, and what a link in it leads to does anyway.
  @Test func removingAFolderFollowsNoLink() throws {
    try withTemporaryFolder { folder in
      let (trash, mine) = ("\(folder)/trash", "\(folder)/mine")
      for path in [trash, "\(trash)/inner", mine] { #expect(mkdir(path, 0o777) == 0) }
      try AtomicFile.write([1], to: "\(mine)/file")
      try AtomicFile.write([1], to: "\(trash)/inner/file")
      #expect(symlink(mine, "\(trash)/link") == 0)
      for path in [folder, trash] { #expect(chmod(path, 0o555) == 0) }
      #expect(chmod(mine, 0o777) == 0)
      // The file system takes this thread, and it alone, for somebody who is not root.
      let own = setfsuid(65_534)
      Folder.remove(trash)
      _ = setfsuid(UInt32(own))
      #expect(names(in: trash).contains("link") && names(in: mine) == ["file"])
      for path in [folder, trash] { #expect(chmod(path, 0o755) == 0) }
      Folder.remove(trash)
      #expect(names(in: folder) == ["mine"] && names(in: mine) == ["file"])
    }
  }

  @Test func aLinkIsFollowedAndPermissionsStay() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write([1], to: "\(folder)/a")
      #expect(chmod("\(folder)/a", 0o640) == 0 && symlink("a", "\(folder)/link") == 0)
      try AtomicFile.write([2], to: "\(folder)/link")
      #expect(try contents("\(folder)/a") == [2])
      #expect(Disk.status("\(folder)/a")?.permissions == 0o640)
      #expect(names(in: folder) == ["a", "link"])
    }
  }

  /// A link whose file is gone, or not there yet, leads where it says; one that goes round in circles nowhere.
  @Test func linksThatLeadNowhereYet() throws {
    try withTemporaryFolder { folder in
      #expect(mkdir("\(folder)/there", 0o755) == 0)
      #expect(symlink("there/x", "\(folder)/link") == 0 && symlink("link", "\(folder)/second") == 0)
      try AtomicFile.write([7], to: "\(folder)/second")
      #expect(try contents("\(folder)/there/x") == [7])
      #expect(names(in: folder) == ["link", "second", "there"])
      #expect(symlink("none/x", "\(folder)/lost") == 0 && symlink("round", "\(folder)/round") == 0)
      for (name, cause) in [("lost", ENOENT), ("round", ELOOP)] {
        let path = "\(folder)/\(name)"
        #expect(throws: FileError.cannotCreate(path: path, errno: cause)) {
          try AtomicFile.write([1], to: path)
        }
      }
    }
  }

  /// Found out before hours of work, without a trace.
  @Test func whatCannotBeWrittenIsFoundBeforehand() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.check("\(folder)/a")
      #expect(names(in: folder) == [])
      let long = "\(folder)/" + String(repeating: "x", count: 300)
      #expect(throws: FileError.cannotCreate(path: long, errno: ENAMETOOLONG)) { try AtomicFile.check(long) }
      #expect(throws: FileError.self) { try AtomicFile.check("\(folder)/none/a") }
    }
  }

  @Test func foldersAreMadeWithTheirParents() throws {
    try withTemporaryFolder { folder in
      try Folder.create("\(folder)/a/b/c")
      try Folder.create("\(folder)/a/b/c")
      try Folder.create("\(folder)/d/")
      #expect(names(in: "\(folder)/a/b") == ["c"])
      try AtomicFile.write([1], to: "\(folder)/file")
      #expect(throws: FileError.cannotCreate(path: "\(folder)/file", errno: EEXIST)) {
        try Folder.create("\(folder)/file")
      }
      #expect(throws: FileError.self) { try Folder.create("\(folder)/file/x/y") }
    }
  }

  @Test func largerThanTheLimitIsRefusedBeforeReading() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try AtomicFile.write([1, 2, 3], to: path)
      #expect(throws: FileError.tooLarge(path: path, bytes: 3, limit: 2)) {
        try InputFile.contents(of: path, limit: 2)
      }
    }
  }

  @Test func aFileThatShrankIsSaid() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try AtomicFile.write([1, 2, 3], to: path)
      let file = try InputFile(path: path)
      #expect(truncate(path, 2) == 0)
      #expect(throws: FileError.shrank(path: path)) { try file.bytes(at: 0, count: 3) }
    }
  }
}

@_silgen_name("setfsuid") private func setfsuid(_ user: UInt32) -> Int32
