// Columns on the terminal; the numbers in them are Reports'.

import Reports
import Testing

@testable import synth

@Suite struct FormatTests {
  @Test func columns() {
    #expect(NumberText.column("a", 3) + "|" == "a  |" && NumberText.right("a", 3) == "  a")
    #expect(
      NumberText.column("long", 3) == "long" && NumberText.right(NumberText.fixed(-1.5, 1), 6) == "  -1.5")
  }
}
