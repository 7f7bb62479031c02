// Columns of numbers from tables: what is read, what is found out, and what is refused, with its line.
import Forecasting
import TestSupport
import Testing

struct NumberColumnTests {
  private func read(_ text: String, _ column: String? = nil, _ decimal: DecimalMark? = nil) throws
    -> NumberColumn
  {
    try NumberColumn(parsing: Array(text.utf8), path: "t.csv", column: column, decimal: decimal)
  }

  @Test(arguments: [
    "a,b\n1,2\n3,4.5\n", "a;b\r\n1;2\r\n3;4.5\r\n\r\n", "\"a\"\t\"b\"\n1\t2\n3\t\"4.5\"",
    "\u{FEFF}a, b \n1,2\n3, 4.5\n",
    "a;b\n1;2\n3;4,5\n", "a,b\n1,2\n3,\"4,5\"\n",
  ])
  func columnsOfTables(_ text: String) throws {
    let named = try read(text, "a")
    #expect(named.name == "a" && named.values == [1, 3] && named.hasHeader && named.decimal == .point)
    let last = try read(text)
    #expect(last.name == "b" && last.values == [2, 4.5])
  }

  @Test func quotedFieldsAreOneField() throws {
    let table =
      "time,\"load, MW\",note\n2024-01-01 00:00,\"3,085.0\",\"a \"\"b\"\"\"\n2024-01-01 01:00,\"2,990.5\",\n"
    #expect(try read(table, "load, MW").values == [3085, 2990.5])
    #expect(try read("\"Load, MW\"\n1.5\n2.5\n").values == [1.5, 2.5])
  }

  /// Each digit that was written, not the nearest float32.
  @Test func valuesAreDouble() throws {
    #expect(try read("a\n1000000000.25\n1000000001.5\n").values == [1_000_000_000.25, 1_000_000_001.5])
  }

  @Test func aFirstLineOfNumbersIsNoHeader() throws {
    let one = try read("308.5\n309.1\n")
    #expect(!one.hasHeader && one.name == "1" && one.values == [308.5, 309.1])
    let dated = try read("2024-01-01,308.5\n2024-01-02,309.1\n", "2")
    #expect(!dated.hasHeader && dated.values == [308.5, 309.1])
    // Years as names: the other column's name tells.
    let years = try read("hour,2023,2024\n0,1,2\n1,3,4\n", "2023")
    #expect(years.hasHeader && years.values == [1, 3])
    #expect(try read("hour,2023,2024\n0,1,2\n1,3,4\n").values == [2, 4])
  }

  /// A value of the first line is no name, though somebody asks for it as one.
  @Test func aWantedValueIsNoHeader() {
    #expect(throws: ForecastError.noSuchColumn(path: "t.csv", column: "0", columns: ["1", "2"])) {
      try NumberColumn(parsing: Array("0,300\n1,301\n".utf8), path: "t.csv", column: "0")
    }
    #expect(throws: ForecastError.self) {
      try NumberColumn(parsing: Array("a\n1\n1e302\n".utf8), path: "t.csv", column: nil)
    }
  }

  @Test func decimalCommas() throws {
    for text in ["load\n308,5\n309\n", "hour;load\n0;308,5\n1;309\n", "load\n\"308,5\"\n309,0\n"] {
      let column = try read(text)
      #expect(column.values == [308.5, 309] && column.decimal == .comma, "\(text)")
    }
    #expect(try read("a;b\n1;1.308,5\n2;-12,25e1\n").values == [1308.5, -122.5])
    // Found out or told, the sign between columns is then another one.
    #expect(try read("308,5\n309,1\n", nil, .comma).values == [308.5, 309.1])
    #expect(try read("a;b\n1;3,085\n", nil, .comma).values == [3.085])
    #expect(try read("a;b\n1;3,085\n", nil, .point).values == [3085])
    #expect(throws: ForecastError.whichDecimal(path: "t.csv", text: "3,085")) { try read("a;b\n1;3,085\n") }
    // One number that can be meant in one way alone decides about the others.
    #expect(try read("a;b\n1;3,085\n2;3,08\n").values == [3.085, 3.08])
    #expect(try read("a;b\n1;3,085\n2;3.08\n").values == [3085, 3.08])
    #expect(try read("a\n0.123\n0.456\n").values == [0.123, 0.456])
    #expect(try read("a\n0,123\n0,456\n").values == [0.123, 0.456])
  }

  private func error(_ text: String, _ column: String? = nil, _ decimal: DecimalMark? = nil) -> ForecastError?
  {
    #expect(throws: ForecastError.self) { try read(text, column, decimal) }
  }

  @Test func tablesThatCannotBe() {
    for text in ["", "\n", "a,b\n", "a\n\n\n"] {
      #expect(error(text) == .emptyTable(path: "t.csv"), "\(text)")
    }
    #expect(error("a,b\n1,2\n", "c") == .noSuchColumn(path: "t.csv", column: "c", columns: ["a", "b"]))
    #expect(error("1,2\n3,4\n", "c") == .noSuchColumn(path: "t.csv", column: "c", columns: ["1", "2"]))
    #expect(throws: ForecastError.self) { try NumberColumn(path: "/nowhere/t.csv", column: nil) }
    for (text, line) in [
      ("a,b\n1\n", 2), ("a,b\n1,2\n1,2,3\n", 3), ("hour,load\n0,308,5\n", 2), ("a,b\n1,2\n3\n", 3),
    ] {
      guard case .table(_, let reason) = error(text) else {
        Issue.record("\(text) is no table")
        continue
      }
      #expect(reason.hasPrefix("line \(line) has "))
    }
    #expect("\(String(describing: error("hour,load\n0,308,5\n")))".contains("decimal commas"))
  }

  /// With its line, counted as an editor does.
  @Test(arguments: [
    ("a,b\n1,2\n3,\n", 3, ""), ("a,b\n1,nan\n", 2, "nan"), ("a\n1\n\n2\n", 3, ""),
    ("a\n1\n0x10\n", 3, "0x10"),
    ("a\n1\ninf\n", 3, "inf"), ("a\n1\n1e999\n", 3, "1e999"), ("\"a\nb\",c\n1,2\n3,x\n", 4, "x"),
    ("a,b\n1,2.5\n2,\"1,2,3\"\n", 3, "1,2,3"), ("a;b\n1;2.5\n2;3,25\n", 3, "3,25"),
    ("a\n1\n1.2.3\n", 3, "1.2.3"),
    ("a\n1\n--1\n", 3, "--1"), ("a\n1\n1e\n", 3, "1e"), ("a\n1\n.\n", 3, "."),
  ])
  func fieldsThatAreNoNumbers(_ text: String, _ line: Int, _ field: String) {
    #expect(error(text) == .notANumber(path: "t.csv", line: line, text: field, decimal: .point))
  }
}
