// Spearman's rank correlation with shared ranks: how far a listener orders the stimuli as the others do, whatever part
// of the scale they use.

package enum RankCorrelation {
  /// -1 ... 1; nil for fewer than three pairs or where one side is all alike.
  package static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
    precondition(a.count == b.count, "\(a.count) values against \(b.count)")
    if a.count < 3 { return nil }
    let (x, y) = (ranks(a), ranks(b))
    let (meanX, meanY) = (x.mean, y.mean)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (p, q) in zip(x, y) {
      xx += (p - meanX) * (p - meanX)
      yy += (q - meanY) * (q - meanY)
      xy += (p - meanX) * (q - meanY)
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil
  }

  /// From 1; equal values share the mean of their ranks.
  static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var first = 0
    while first < order.count {
      var end = first + 1
      while end < order.count && values[order[end]] == values[order[first]] { end += 1 }
      for place in first..<end { ranks[order[place]] = Double(first + 1 + end) / 2 }
      first = end
    }
    return ranks
  }
}
