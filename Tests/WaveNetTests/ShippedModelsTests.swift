// The compiled-in models are the files under Models/, byte for byte, and load like folders.
import SafeTensors
import TestSupport
import Testing
import WaveNet

struct ShippedModelsTests {
  static let models = String(fixture("").dropLast("Tests/Fixtures/".count)) + "Models"

  /// A folder under Models/ that is not in the table would be left out of the binary without a word.
  @Test func everyFolderIsShipped() {
    #expect(ShippedModel.names.sorted() == names(in: Self.models))
    #expect(ShippedModel.names.contains(ShippedModel.defaultName))
  }

  @Test(arguments: ShippedModel.names)
  func equalsItsFolder(name: String) throws {
    let shipped = try #require(try ShippedModel.load(name))
    let folder = try ModelFolder.load("\(Self.models)/\(name)")
    #expect(shipped.model.configuration == folder.model.configuration)
    #expect(
      shipped.model.parameters.elements.map(\.bitPattern)
        == folder.model.parameters.elements.map(\.bitPattern))
    #expect(shipped.defaults == folder.defaults)
    #expect(shipped.card == folder.card)
    #expect(shipped.gestures == folder.gestures)
    #expect(shipped.card != nil)
    #expect(shipped.path == "shipped:\(name)")
  }

  @Test func anUnknownNameIsNil() throws {
    #expect(try ShippedModel.load("cosines") == nil)
    #expect(try ShippedModel.load("") == nil)
  }
}
