// Numbers and lists for people, and the one number of every drawing.

import Reports
import Testing

@Suite struct NumberTextTests {
  @Test func fixedPlaces() {
    #expect(NumberText.fixed(3.14159, 2) == "3.14" && NumberText.fixed(9.96, 1) == "10.0")
    #expect(NumberText.fixed(7, 0) == "7" && NumberText.fixed(9.999, 2) == "10.00")
    #expect(NumberText.fixed(-0.001, 2) == "0.00" && NumberText.fixed(-0.04, 1) == "0.0")
    #expect(NumberText.fixed(0.05, 3) == "0.050" && NumberText.fixed(12.003, 3) == "12.003")
    #expect(NumberText.fixed(nil, 2) == "\u{2013}" && NumberText.fixed(.nan, 2) == "nan")
    #expect(NumberText.fixed(.infinity, 2) == "inf" && NumberText.fixed(-.infinity, 0) == "-inf")
  }

  @Test func asItIsTyped() {
    #expect([3, 0.5, -24, -0.125, 0].map { NumberText.plain($0) } == ["3", "0.5", "-24", "-0.125", "0"])
  }

  /// What has more digits than a Double knows, and would not fit a whole number.
  @Test(arguments: [1e14, 1e15, 9.9e17, 1e19, -1e300, 1.5e308])
  func largeNumbersAreNotTooLarge(value: Double) throws {
    for digits in [0, 2, 4, 15] {
      let text = NumberText.fixed(value, digits)
      #expect(abs(try #require(Double(text)) / value - 1) < 0.06, "\(text)")
    }
  }

  /// A hyphen, on pages too: what is copied from there is a number.
  @Test func oneMinusSign() {
    for text in [
      NumberText.fixed(-1.5, 1), NumberText.signed(-1.5, 1), NumberText.short(-1.5),
      NumberText.scientific(-1.5e-9),
      SVG.number(-1.5),
    ] {
      #expect(text.first == "-" && Double(text) != nil, "\(text)")
    }
  }

  @Test func signs() {
    #expect(NumberText.signed(0.04, 1) == "0.0" && NumberText.signed(2, 1) == "+2.0")
    #expect(NumberText.signed(-0.04, 1) == "0.0" && NumberText.signed(nil, 1) == "\u{2013}")
  }

  @Test func sizes() {
    #expect(
      NumberText.short(231_400) == "231k" && NumberText.short(14.44) == "14.4" && NumberText.short(0) == "0")
    #expect(NumberText.scientific(0.0019) == "1.9e-3" && NumberText.scientific(0.00999) == "1.0e-2")
    #expect(NumberText.bytes(12_345_678) == "12 MB")
    #expect(NumberText.clock(7) == "0:07" && NumberText.clock(754) == "12:34")
    #expect(NumberText.clock(11045) == "3:04:05" && NumberText.clock(.infinity) == "-")
    #expect(NumberText.percent(0.125) == "13 %" && NumberText.pad(7, 3) == "007")
    #expect(NumberText.share(299, 300) == "99 %" && NumberText.share(0, 0) == "0 %")
  }

  @Test func pValuesAndLists() {
    #expect(NumberText.p(0.038) == "0.038" && NumberText.p(0.00004) == "< 0.0001" && NumberText.p(1) == "1")
    #expect(NumberText.p(0.0021) == "0.0021")
    #expect(NumberText.list([]) == "" && NumberText.list(["a", "b", "c"]) == "a, b and c")
    #expect(NumberText.count(1, "file") == "1 file" && NumberText.count(2, "file") == "2 files")
  }

  /// Tenths of a pixel; half a pixel to the left is "-0.5".
  @Test func coordinates() {
    #expect(SVG.number(3) == "3" && SVG.number(2.25) == "2.3" && SVG.number(-0.5) == "-0.5")
    #expect(SVG.number(-0.04) == "0" && SVG.number(-12.34) == "-12.3" && SVG.number(100) == "100")
    #expect(SVG.number(.nan) == "0" && Double(SVG.number(1e300)) == 1e9)
    #expect(SVG.points([(0, -0.5), (.nan, 1), (2, .infinity), (3, 4)]) == "0,-0.5 3,4")
  }
}
