// Tables of text: what RFC 4180 allows, and what is refused, with its line.
import TestSupport
import Testing

@testable import Files

struct CSVTableTests {
  func table(_ text: String) throws -> CSVTable { try CSVTable(parsing: Array(text.utf8), path: "t.csv") }

  @Test(arguments: [
    "a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\n1,2", "\u{FEFF}a,b\n1,2\n", "a;b\n1;2\n", "a\tb\n1\t2\n",
    "\"a\",b\n1,\"2\"\n", "a,b\n\n1,2\n\n", "a,b\r1,2\r",
  ])
  func aSmallTable(text: String) throws {
    let table = try table(text)
    #expect(table.columns == ["a", "b"])
    #expect(table.rows.map(\.fields) == [["1", "2"]])
  }

  @Test func quotedFields() throws {
    let table = try table("name,text\n\"a, b\",\"say \"\"no\"\"\"\n\"two\nlines\",\n x ,y\n")
    #expect(table.rows.map(\.fields) == [["a, b", "say \"no\""], ["two\nlines", ""], [" x ", "y"]])
    #expect(table.rows.map(\.line) == [2, 3, 5])
  }

  @Test func emptyLinesOfAnOnlyColumnAreEmptyFields() throws {
    #expect(try table("a\n1\n\n2\n\n\n").rows.map(\.fields) == [["1"], [""], ["2"]])
  }

  @Test func aSeparatorInTheHeadersQuotesIsNone() throws {
    #expect(try table("\"a,b\";c\n1;2\n").columns == ["a,b", "c"])
  }

  private static let asMany =
    ": give every line as many, and put quotation marks around a field that holds the separator"

  @Test(arguments: [
    ("", "holds no table: the first line must name the columns"),
    ("a,a\n", "two columns are called \"a\": give each a name of its own"),
    ("a,b\n1\n", "line 2 has 1 field, the header 2" + Self.asMany),
    ("a,b\n1,2\n1,2,3\n", "line 3 has 3 fields, the header 2" + Self.asMany),
    ("a,b\n1,\"2\n", "line 2: a quoted field that does not end: close it with a quotation mark"),
    ("a,b\n1,\"2\"x\n", "line 2: something follows a quoted field: end it behind its quotation mark"),
    (
      "a,b\n1,2\"\n",
      "line 2: a quotation mark within a field that is not quoted: quote the field, and double the mark"
    ),
  ])
  func refused(text: String, reason: String) {
    #expect(throws: FileError.badTable(path: "t.csv", reason: reason)) { try table(text) }
  }

  @Test func numbers() throws {
    let table = try table("a;b\n1.5;-2e3\n1,5;nan\n")
    #expect(try table.number(table.rows[0], 0) == 1.5)
    #expect(try table.number(table.rows[0], 1) == -2000)
    #expect(
      throws: FileError.badTable(
        path: "t.csv", reason: "line 3, column a: \"1,5\" is not a number: write decimals with a point")
    ) { try table.number(table.rows[1], 0) }
    #expect(
      throws: FileError.badTable(
        path: "t.csv", reason: "line 3, column b: \"nan\" is not a number: write one, and nothing else")
    ) {
      try table.number(table.rows[1], 1)
    }
  }

  @Test func namesOfAnyBytes() throws {
    let table = try CSVTable(parsing: Array("path\n".utf8) + [0x61, 0xFF, 0x0A], path: "t.csv")
    #expect(FileName.bytes(table.rows[0].fields[0]) == [0x61, 0xFF])
  }
}
