// What is called what in a test on a static host: orders of trials by their number, sounds by names that mean nothing. All of it
// follows from plan and key, which are not in the folder, so that the same export comes out again, and an import needs no
// further file. Writing the folder: StaticTest.swift. Reading what comes back: ReturnedFile.swift.

struct StaticNames: Sendable {
  private let test: PreparedTest
  /// Nobody who has the folder alone knows it.
  private let secret: String

  init(_ test: PreparedTest) { self.init(test, secret: test.plan.identity) }

  /// - Parameter secret: the plan's identity, or what an earlier version took for it
  init(_ test: PreparedTest, secret: String) { (self.test, self.secret) = (test, secret) }

  private func digest(_ words: String) -> [UInt8] { SHA256.digest(Array("static:\(secret):\(words)".utf8)) }

  /// Of the session that takes that order; 53 bits, as every session's.
  func seed(order: Int) -> UInt64 {
    digest("order:\(order)").prefix(8).reduce(0) { $0 << 8 | UInt64($1) } >> 11
  }

  /// How many names each sound of a system has: two where one trial may play it twice, as X or as the hidden reference, so that
  /// the names do not say which those are.
  func copies(of system: Int) -> Int {
    switch test.method {
    case .abx: 2
    case .mushra, .abchr, .dcr: system == test.key.referenceIndex ? 2 : 1
    case .ab, .mos, .cmos, .multi: 1
    }
  }

  /// A file's name in the folder sounds/.
  func sound(item: Int, system: Int, copy: Int) -> String {
    let name = SHA256.hexadecimal(digest("sound:\(item):\(system):\(copy)").prefix(8))
    let file = test.key.items[item].stimuli[system].file
    return name + (file.lastIndex(of: ".").map { String(file[$0...]) } ?? "")
  }

  /// Names of a trial's sounds, in the order of its labels.
  func sounds(_ trial: Trial, seed: UInt64) -> [String] {
    let systems = test.method.systems(of: trial, reference: test.key.referenceIndex)
    let coins = digest("copies:\(seed):\(trial.number)")
    return systems.enumerated().map { slot, system in
      let first = systems.firstIndex(of: system)!
      let coin = Int(coins[first % coins.count] & 1)
      let copy = copies(of: system) == 1 ? 0 : first == slot ? coin : 1 - coin
      return sound(item: trial.item, system: system, copy: copy)
    }
  }
}
