// Hourly numbers that look like the electricity use of a town, made up here: a day with two peaks, a quiet weekend, a
// slow trend, and weather that lingers. For trying forecasts of a CSV column without anybody's data.
import Glibc
internal import Signal

package enum ElectricitySeries {
  /// Megawatts, one value per hour from a Monday's midnight on; rounded to tenths. The same seed gives the same start,
  /// however many hours are made.
  package static func values(seed: UInt64, hours: Int) -> [Double] {
    var random = PhiloxGenerator(seed: seed, stream: 0)
    var weather = 0.0
    return (0..<hours).map { hour in
      let (day, ofDay) = (hour / 24 % 7, Double(hour % 24))
      // Two harmonics: a morning peak near 8, a higher evening peak near 19, the least at night.
      let daily = -90 * cos(2 * .pi * (ofDay - 3) / 24) - 45 * cos(4 * .pi * (ofDay - 1) / 24)
      let weekend = day >= 5 ? (day == 5 ? 0.8 : 0.7) : 1
      let trend = 60 * Double(hour) / (24 * 365)
      weather = 0.97 * weather + 4 * random.normal()
      let load = 420 + trend + weekend * daily - (weekend < 1 ? 40 : 0) + weather + 6 * random.normal()
      return (load * 10).rounded() / 10
    }
  }

  /// The same as a CSV file with the columns hour and load_mw.
  package static func csv(seed: UInt64, hours: Int) -> String {
    "hour,load_mw\n"
      + values(seed: seed, hours: hours).enumerated().map { "\($0),\($1)\n" }.joined()
  }
}
