// Values by numpy and scipy (Tests/Fixtures/make_statistics_fixtures.py), for the suites that compare with them.
import FoundationEssentials

enum StatisticsGolden {
  /// The part of the file that `type` names.
  static func values<Values: Decodable>(_ type: Values.Type) -> Values {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(root)/Fixtures/statistics_golden.json"
    guard let data = FileManager.default.contents(atPath: path) else { fatalError("cannot read \(path)") }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do { return try decoder.decode(type, from: data) } catch { fatalError("\(path): \(error)") }
  }
}
