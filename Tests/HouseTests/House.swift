// The house as the table beside this file draws it (imports.txt): which target may import which, from the ground up.

/// A target of Swift under Sources.
struct Room: Sendable {
  let name: String
  /// Targets of ours, C modules and products of other packages that it may import, and does.
  let imports: [String]
}

struct House {
  /// Swift targets, from the ground up.
  let rooms: [Room]
  /// Modules of C and system libraries.
  let cModules: [String]
  /// Products of other packages.
  let products: [String]
  /// Parts of the toolchain.
  let openToAll: [String]
  /// Targets that are not compiled with strict memory safety.
  let withPointers: [String]

  init() throws {
    var rooms: [Room] = []
    var (c, products, openToAll, withPointers): ([String], [String], [String], [String]) = ([], [], [], [])
    let swiftTargets = Set(try Package.files("Sources", "swift").map(\.target))
    for line in try Package.text("Tests/HouseTests/imports.txt").split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if line.hasPrefix("#") { continue }
      if line.hasPrefix("open to all:") {
        openToAll = Array(words.dropFirst(3))
      } else if line.hasPrefix("pointers in:") {
        withPointers = Array(words.dropFirst(2))
      } else if swiftTargets.contains(words[0]) {
        rooms.append(Room(name: words[0], imports: Array(words.dropFirst())))
      } else if Package.isFolder("Sources/" + words[0]) {
        c.append(words[0])
      } else {
        products.append(words[0])
      }
    }
    (self.rooms, cModules, self.products) = (rooms, c, products)
    (self.openToAll, self.withPointers) = (openToAll, withPointers)
  }

  var names: [String] { rooms.map(\.name) }
}
