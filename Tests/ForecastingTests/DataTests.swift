// Series, tables and windows.
import Forecasting
import Testing

struct DataTests {
  @Test func placeholder() {}
}
