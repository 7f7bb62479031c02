// Every import line of Sources against the one table (imports.txt), and the manifest against the same table.

import Testing

@Suite struct ImportTests {
  private let house: House
  private let sources: [SourceFile]

  init() throws {
    (house, sources) = (try House(), try Package.files("Sources", "swift"))
  }

  /// Each room stands on rooms below it: no circle, and nothing imports the command line.
  @Test func arrowsPointDown() {
    var below = Set(house.cModules + house.products)
    for room in house.rooms {
      for name in room.imports {
        #expect(below.contains(name), "\(room.name) imports \(name), which is not below it")
      }
      #expect(below.insert(room.name).inserted && Set(room.imports).count == room.imports.count, "\(room)")
    }
    #expect(house.names.last == "synth" && house.rooms.count > 12 && house.cModules.count >= 7)
  }

  @Test func everyImportIsInTheTable() throws {
    let rooms = Dictionary(uniqueKeysWithValues: house.rooms.map { ($0.name, $0) })
    #expect(sources.count > 200)
    for file in sources {
      let room = try #require(rooms[file.target], "\(file): imports.txt has no target \(file.target)")
      for (module, access) in file.imports where !house.openToAll.contains(module) {
        #expect(
          room.imports.contains(module), "\(file): \(room.name) may not import \(module): see imports.txt")
        if house.cModules.contains(module) {
          #expect(access != "public" && access != "package", "\(file): \(module) stays behind its wall")
        }
      }
    }
  }

  /// Nothing in the table that no file needs.
  @Test func everyEntryOfTheTableIsUsed() {
    let files = Dictionary(grouping: sources, by: \.target)
    for room in house.rooms {
      let used = Set((files[room.name] ?? []).flatMap { $0.imports.map(\.module) })
      for name in room.imports { #expect(used.contains(name), "\(room.name) imports \(name) nowhere") }
    }
  }

  @Test func eachCModuleHasOneImporter() {
    for module in house.cModules {
      let importers = house.rooms.filter { $0.imports.contains(module) }.map(\.name)
      #expect(importers.count == 1, "\(module) is imported by \(importers)")
    }
  }

  @Test func theManifestIsTheTable() throws {
    let targets = try Package.targets().filter { !$0.isTest }
    #expect(Set(targets.map(\.name)) == Set(house.names + house.cModules))
    for target in targets {
      let room = house.rooms.first { $0.name == target.name }
      #expect(
        Set(target.dependencies) == Set(room?.imports ?? []),
        "Package.swift and imports.txt differ in what \(target.name) depends on")
    }
  }

  @Test func unsafeCodeIsWhereTheTableSays() throws {
    for target in try Package.targets() where house.names.contains(target.name) {
      let isStrict = target.text.contains("swiftSettings: safe") || target.text.contains("strictMemorySafety")
      #expect(isStrict != house.withPointers.contains(target.name), "strict memory safety of \(target.name)")
    }
  }

  /// Each room is tested, in a test target of its name.
  @Test func everyRoomHasTests() throws {
    let tests = Set(try Package.targets().filter { $0.kind == "testTarget" }.map(\.name))
    for name in house.names {
      #expect(tests.contains(name.prefix(1).uppercased() + name.dropFirst() + "Tests"), "no tests of \(name)")
    }
  }

  @Test func manifestsAndImportLinesAreUnderstood() {
    let targets = Package.targets(
      of: """
        // .target(name: "No"),
        .target(name: "A", dependencies: ["B", .product(name: "C", package: "d"), "E"], swiftSettings: safe),
        .testTarget(
          name: "ATests", dependencies: ["A"]),
        .systemLibrary(name: "S", pkgConfig: "s", providers: [.apt(["libs-dev"])]),
        """)
    #expect(targets.map(\.name) == ["A", "ATests", "S"])
    #expect(targets.map(\.dependencies) == [["B", "C", "E"], ["A"], []])
    #expect(targets.map(\.isTest) == [false, true, false])
    let lines = [
      "import A", "  internal import B", "@testable import C", "// import D", "let import = 1",
      "@_exported public import enum E.F",
    ]
    let file = SourceFile(path: "Sources/T/f.swift", lines: lines.map { $0[...] })
    #expect(file.imports.map(\.module) == ["A", "B", "C", "E"] && file.target == "T")
    #expect(file.imports.map(\.access) == ["", "internal", "@testable", "@_exported public"])
  }
}
