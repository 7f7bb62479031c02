// A prepared test as a folder for any static web host: the page, the sounds under names that mean nothing, and orders of trials,
// one of which each listener's browser draws. Answers stay in the browser (CListeningPage/page/static.js), and the listener
// sends a file back (ReturnedFile.swift). The key is not in it, nor any name of a system, an item or a file.
internal import Files

package struct StaticTest: Sendable {
  /// Most orders of trials.
  package static let orderLimit = 10_000

  private let test: PreparedTest
  private let names: StaticNames
  private let orders: Int
  private let returnTo: String?

  /// - Parameters:
  ///   - orders: listeners draw one of so many
  ///   - returnTo: what the page says about where the file of answers goes; nil is to whoever asked
  /// - Throws: `usage`
  package init(_ test: PreparedTest, orders: Int, returnTo: String?) throws(ListeningError) {
    if !(1...Self.orderLimit).contains(orders) { throw .usage("--orders: 1 to \(Self.orderLimit)") }
    (self.test, self.orders, self.returnTo) = (test, orders, returnTo)
    names = StaticNames(test)
  }

  /// What `test` of the page gives, and what else a page without a server has to know.
  private struct About: Encodable {
    let test: TestPayload
    let orders: Int
    let returnTo: String?
  }

  private struct Order: Encodable {
    let training: TrialPayload
    let trials: [TrialPayload]
  }

  /// Writes the folder, whole or not at all.
  /// - Returns: how many bytes of sound are in it
  package func write(to folder: String) throws(ListeningError) -> Int {
    let scratch = try TestFiles.scratchFolder(for: TestFiles.trimmed(folder))
    do throws(ListeningError) {
      let bytes = try fill(scratch.path)
      try TestFiles.commit(scratch)
      return bytes
    } catch {
      scratch.abandon()
      throw error
    }
  }

  private func fill(_ folder: String) throws(ListeningError) -> Int {
    for part in Set(
      PageFile.all.keys.compactMap { name in name.lastIndex(of: "/").map { String(name[..<$0]) } })
    {
      try TestFiles.makeFolder("\(folder)/\(part)")
    }
    for (name, file) in PageFile.all where name != PageFile.server {
      try TestFiles.write(file.bytes, to: "\(folder)/\(name.isEmpty ? "index.html" : name)")
    }
    // In the place of the one that talks to a server; the page knows no other name.
    try TestFiles.write(PageFile.withoutServer.bytes, to: "\(folder)/\(PageFile.server)")
    let about = About(test: TestPayload(test), orders: orders, returnTo: returnTo)
    try TestFiles.write(Array(SnakeJSON.line(about).utf8), to: "\(folder)/about.json")
    try TestFiles.makeFolder("\(folder)/orders")
    for number in 0..<orders {
      try TestFiles.write(Array(SnakeJSON.line(order(number)).utf8), to: "\(folder)/orders/\(number).json")
    }
    try TestFiles.makeFolder("\(folder)/sounds")
    var count = 0
    for (item, entry) in test.key.items.enumerated() {
      for (system, stimulus) in entry.stimuli.enumerated() {
        let bytes = try test.bytes(stimulus)
        for copy in 0..<names.copies(of: system) {
          try TestFiles.write(
            bytes, to: "\(folder)/sounds/\(names.sound(item: item, system: system, copy: copy))")
          count += bytes.count
        }
      }
    }
    return count
  }

  private func order(_ number: Int) -> Order {
    let seed = names.seed(order: number)
    let training = TrialOrder.training(test.key, method: test.method, seed: seed)
    return Order(
      training: TrialPayload(training, test, sounds: names.sounds(training, seed: seed)),
      trials: test.trials(seed: seed).map { TrialPayload($0, test, sounds: names.sounds($0, seed: seed)) })
  }
}
