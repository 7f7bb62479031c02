// One model beside another: as good, and how fast. What a course asks for when it says "competitive or better, and faster".

/// Mean absolute errors and times of learning of two models on the same test part.
package struct ForecastVerdict: Hashable, Sendable {
  /// A model counts as competitive with an error up to this much larger, as a fraction of the other's.
  package static let margin = 0.05

  /// In units of the data.
  package let mae: Double, otherMAE: Double
  package let seconds: Double, otherSeconds: Double

  package init(mae: Double, seconds: Double, otherMAE: Double, otherSeconds: Double) {
    (self.mae, self.seconds) = (mae, seconds)
    (self.otherMAE, self.otherSeconds) = (otherMAE, otherSeconds)
  }

  /// Whether the model is competitive or better. Nothing is competitive with an error that is no number.
  package var isCompetitiveOrBetter: Bool { mae <= (1 + Self.margin) * otherMAE }

  /// Its time as a fraction of the other's; nil where the other did not learn.
  package var timeRatio: Double? { otherSeconds > 0 ? seconds / otherSeconds : nil }
}
