// The lessons as values: that laws hold, and that a broken one would be noticed.
import Layers
import TestSupport
import Testing

struct LessonTests {
  @Test(arguments: UInt64(1)...5)
  func identitiesHold(_ seed: UInt64) throws {
    var random = SeededValues(seed: seed)
    for identity in try Identities.all(using: &random) {
      #expect(identity.holds, "\(identity.law): \(identity.leftValues) and \(identity.rightValues)")
      #expect(!identity.rightValues.isEmpty)
    }
  }

  @Test(
    arguments: [
      ([1, 2], [1, 3]), ([1, 2], [1]), ([], []), ([.nan], [.nan]), ([.infinity], [.infinity]),
      ([1, 2], [0, 0]),
      ([1], [-1]),
    ] as [([Float], [Float])])
  func aBrokenLawIsNoticed(_ left: [Float], _ right: [Float]) {
    let identity = Identity(
      name: "", law: "", left: "", right: "", leftValues: left, rightValues: right, tolerance: 1e-6)
    #expect(!identity.holds)
  }

  @Test func roundingIsForgiven() {
    let identity = Identity(
      name: "", law: "", left: "", right: "", leftValues: [1.0000005], rightValues: [1], tolerance: 1e-6)
    #expect(identity.holds && identity.difference > 0)
  }
}
