// Numbers for people.

import Testing

@testable import synth

@Suite struct FormatTests {
  @Test func numbers() {
    #expect(
      Format.fixed(3.14159, 2) == "3.14" && Format.fixed(-0.001, 2) == "0.00"
        && Format.fixed(-1.5, 1) == "-1.5")
    #expect(Format.fixed(9.999, 2) == "10.00" && Format.fixed(2, 0) == "2" && Format.fixed(.nan, 2) == "nan")
    #expect(Format.short(231_400) == "231k" && Format.short(14.44) == "14.4" && Format.short(0) == "0")
    #expect(Format.scientific(0.0019) == "1.9e-3" && Format.scientific(0.00999) == "1.0e-2")
    #expect(Format.clock(7) == "0:07" && Format.clock(754) == "12:34" && Format.clock(11045) == "3:04:05")
    #expect(Format.clock(.infinity) == "-" && Format.bytes(12_345_678) == "12 MB")
    #expect(Format.count(1, "file") == "1 file" && Format.count(2, "file") == "2 files")
  }
}
