// Columns on the terminal; the numbers in them are Reports'.

import Testing

@testable import synth

@Suite struct FormatTests {
  @Test func columns() {
    #expect(Format.column("a", 3) + "|" == "a  |" && Format.right("a", 3) == "  a")
    #expect(Format.column("long", 3) == "long" && Format.right(Format.fixed(-1.5, 1), 6) == "  -1.5")
  }
}
