// --label: a name, or names with shares.
import ArgumentParser

enum LabelMixture {
  /// Shares of the labels [labels], of `text`: a label's whole name, or `name:share,...` with shares of 0 or more.
  static func shares(_ text: String, of labels: [String], model: String) throws -> [Float] {
    func place(_ name: String) throws -> Int {
      guard let place = labels.firstIndex(of: name) else {
        if labels.isEmpty { throw ValidationError("--label \(text): \(model) has no labels") }
        let list = labels.joined(separator: ", ")
        throw ValidationError("--label \(name): \(model) has no such label; it has: \(list)")
      }
      return place
    }
    var shares = [Float](repeating: 0, count: labels.count)
    // A name may hold what else separates names.
    if let whole = labels.firstIndex(of: text) {
      shares[whole] = 1
      return shares
    }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    for part in parts {
      guard let colon = part.lastIndex(of: ":") else {
        if parts.count > 1 {
          throw ValidationError("--label \(text): give each name of a mixture its share, e.g. a:0.7,b:0.3")
        }
        shares[try place(String(part))] = 1
        continue
      }
      let number = part[part.index(after: colon)...]
      guard let share = Float(number), (0...1000).contains(share) else {
        throw ValidationError("--label \(part): \(number) is not a share from 0 to 1000")
      }
      shares[try place(String(part[..<colon]))] += share
    }
    let sum = shares.reduce(0, +)
    if !(sum > 0) { throw ValidationError("--label \(text): all shares are 0") }
    return shares.map { $0 / sum }
  }
}
