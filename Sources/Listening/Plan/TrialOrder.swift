// Which trials a listener gets, in which order, with which sound behind which button: a pure function of the session's
// seed and the key, so that it need not be stored and can be checked afterwards. Shuffles are Fisher-Yates with numbers
// drawn by rejection; X of abx is a fair coin of its own in every trial. Tests of all that over thousands of seeds:
// Tests/ListeningTests/TrialOrderTests.swift.
internal import Signal

package enum TrialOrder {
  /// Independent sequences of random numbers of one session.
  private enum Stream: UInt64 {
    case deck = 1
    case order, x, training
  }

  /// The trials of the session with that seed.
  package static func trials(_ key: TestKey, method: Method, count: Int, seed: UInt64) -> [Trial] {
    let cards = cards(key, method)
    precondition(!cards.isEmpty && count > 0, "\(count) trials over \(cards.count) combinations")
    var deck = random(seed, .deck)
    var orders = random(seed, .order)
    var coins = random(seed, .x)
    var trials: [Trial] = []
    /// Order of each card when it last came up: a pair that comes again is turned round.
    var last: [Int: [Int]] = [:]
    while trials.count < count {
      let pass = pass(cards, method, &deck)
      for index in pass.prefix(count - trials.count) {
        let card = cards[index]
        var order = card.systems
        // Drawn in any case, so that each pass takes the same numbers.
        shuffle(&order, &orders)
        if order.count == 2, method == .ab || method == .cmos, let before = last[index] {
          order = before.reversed()
        }
        last[index] = order
        let x = method == .abx ? draw(below: 2, &coins) : nil
        trials.append(Trial(number: trials.count, item: card.item, order: order, x: x))
      }
    }
    return trials
  }

  /// How many trials show every combination once.
  package static func combinations(_ key: TestKey, method: Method) -> Int { cards(key, method).count }

  /// A trial outside the count, on the training item; of the first pair or system of the key where not all are shown.
  package static func training(_ key: TestKey, method: Method, seed: UInt64) -> Trial {
    let item = key.items.firstIndex { $0.name == key.trainingItem } ?? 0
    var order = cards(key, method).first { $0.item == item }!.systems
    var draws = random(seed, .training)
    shuffle(&order, &draws)
    return Trial(number: -1, item: item, order: order, x: method == .abx ? draw(below: 2, &draws) : nil)
  }

  /// Every card once. Of pairs of several systems, each pair comes once before any comes again, so that a test that ends
  /// within a pass has them equally often; the item with each is drawn.
  private static func pass(
    _ cards: [Card], _ method: Method, _ deck: inout PhiloxGenerator
  ) -> [Int] {
    let pairs = Set(cards.map(\.systems)).count
    if pairs == 1 || method != .ab && method != .cmos {
      var pass = Array(cards.indices)
      shuffle(&pass, &deck)
      return pass
    }
    // Cards come item by item, each item with all pairs in one order.
    let items = cards.count / pairs
    var itemsOfPair = [[Int]](repeating: Array(0..<items), count: pairs)
    for pair in 0..<pairs { shuffle(&itemsOfPair[pair], &deck) }
    return (0..<items).flatMap { round in
      var order = Array(0..<pairs)
      shuffle(&order, &deck)
      return order.map { pair in itemsOfPair[pair][round] * pairs + pair }
    }
  }

  private struct Card {
    let item: Int
    let systems: [Int]
  }

  private static func cards(_ key: TestKey, _ method: Method) -> [Card] {
    let tested = key.tested
    let groups: [[Int]]
    switch method {
    case .mos: groups = tested.map { [$0] }
    case .dcr: groups = (tested + [key.referenceIndex!]).map { [$0] }
    case .multi: groups = [tested]
    case .mushra: groups = [Array(key.systems.indices)]
    case .abchr: groups = tested.map { [$0, key.referenceIndex!] }
    case .abx, .ab, .cmos:
      groups = tested.indices.flatMap { i in tested[(i + 1)...].map { [tested[i], $0] } }
    }
    return key.items.indices.flatMap { item in groups.map { Card(item: item, systems: $0) } }
  }

  // MARK: Random numbers

  private static func random(_ seed: UInt64, _ stream: Stream) -> PhiloxGenerator {
    PhiloxGenerator(seed: seed, stream: stream.rawValue)
  }

  /// 0 ..< bound, each with exactly the same probability: the incomplete last range of the 64 bits is drawn again.
  static func draw(below bound: Int, _ random: inout some RandomNumberGenerator) -> Int {
    precondition(bound > 0, "a number below \(bound)")
    let bound = UInt64(bound)
    let whole = UInt64.max - UInt64.max % bound
    while true {
      let bits = random.next()
      if bits < whole { return Int(bits % bound) }
    }
  }

  /// Every order with the same probability.
  static func shuffle<Element>(_ values: inout [Element], _ random: inout some RandomNumberGenerator) {
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, draw(below: last + 1, &random))
    }
  }
}
