// QR codes against another encoder's matrices and penalties (Tests/Fixtures/make_qr_fixtures.py), and drawn with letters. That
// they read: by hand, with zxing-cpp.
import Foundation
import Testing

@testable import Reports

@Suite struct QRCodeTests {
  private struct Case: Decodable {
    let text: String
    let mask, penalty: Int
    let rows: [String]
  }

  private static func rows(_ code: QRCode) -> [String] {
    (0..<code.size).map { row in
      (0..<code.size).map { code.isDark[row * code.size + $0] ? "1" : "0" }.joined()
    }
  }

  private static let cases: [Case] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try! Data(contentsOf: folder.appendingPathComponent("Fixtures/qr_golden.json"))
    return try! JSONDecoder().decode([Case].self, from: data)
  }()

  @Test func everyVersionAndMask() throws {
    let cases = Self.cases
    #expect(cases.count == 48 && Set(cases.map(\.rows.count)) == [21, 25, 29, 33, 37, 41])
    for one in cases {
      let code = try #require(QRCode(Array(one.text.utf8), mask: one.mask))
      #expect(Self.rows(code) == one.rows, "\(one.text), mask \(one.mask)")
      #expect(code.penalty == one.penalty, "\(one.text), mask \(one.mask)")
    }
    // The comparison can fail: another letter is another code.
    let other = try #require(QRCode(Array("http://a.c/".utf8), mask: 0))
    #expect(Self.rows(other) != cases[0].rows)
  }

  @Test func theMaskThatReadsBest() throws {
    for (text, codes) in Dictionary(grouping: Self.cases, by: \.text) {
      let code = try #require(QRCode(Array(text.utf8)))
      #expect(
        code.penalty == codes.map(\.penalty).min() && codes[code.mask].rows == Self.rows(code), "\(text)")
    }
  }

  @Test func howMuchFits() {
    #expect(QRCode.limit == 106)
    #expect(QRCode([UInt8](repeating: 65, count: 106))?.size == 41)
    #expect(QRCode([UInt8](repeating: 65, count: 107)) == nil)
    #expect(QRCode([])?.size == 21)
  }

  /// The letters say the modules again, quiet zone included.
  @Test func drawnWithLetters() throws {
    let code = try #require(QRCode(Array("http://192.168.1.7:8642/some-secret/".utf8)))
    let lines = code.text(coloured: false).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count == (code.size + 9) / 2 && lines.allSatisfy { $0.count == code.size + 8 })
    var rows: [String] = []
    for line in lines {
      rows.append(line.map { "█▀".contains($0) ? "1" : "0" }.joined())
      rows.append(line.map { "█▄".contains($0) ? "1" : "0" }.joined())
    }
    let inner = rows[4..<4 + code.size].map { String($0.dropFirst(4).dropLast(4)) }
    #expect(inner == Self.rows(code))
    #expect(
      rows[..<4].allSatisfy { !$0.contains("1") } && rows[(4 + code.size)...].allSatisfy { !$0.contains("1") }
    )
    #expect(code.text(coloured: true).split(separator: "\n").allSatisfy { $0.hasPrefix("\u{1B}[30;107m") })
  }
}
