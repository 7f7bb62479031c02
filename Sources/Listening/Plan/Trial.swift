// One trial of one listener: which item, which systems, in which order on the page. Systems and items are numbers here,
// names in what is stored.

/// What a listener gets to hear in one step.
package struct Trial: Hashable, Sendable {
  /// From 0.
  package let number: Int
  /// In the key's items.
  package let item: Int
  /// Systems in the order of the page's buttons, without X and the open reference.
  package let order: [Int]
  /// abx: the place in `order` that X is a copy of.
  package let x: Int?
}

extension Method {
  /// What the page calls the sounds of a trial; X and the open reference included.
  package func labels(of trial: Trial) -> [String] {
    switch self {
    case .abx: ["A", "B", "X"]
    case .ab, .cmos: ["A", "B"]
    case .mos: ["1"]
    case .multi: trial.order.indices.map { "\($0 + 1)" }
    case .mushra: ["Reference"] + trial.order.indices.map { "\($0 + 1)" }
    case .dcr: ["Reference", "1"]
    case .abchr: ["Reference", "B", "C"]
    }
  }

  /// Systems behind those labels.
  package func systems(of trial: Trial, reference: Int?) -> [Int] {
    switch self {
    case .abx: trial.order + [trial.order[trial.x!]]
    case .mushra, .dcr, .abchr: [reference!] + trial.order
    case .ab, .cmos, .mos, .multi: trial.order
    }
  }
}
