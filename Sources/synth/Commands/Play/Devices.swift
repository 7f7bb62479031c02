// synth devices: what sound can be played on.
import ArgumentParser
import AudioIO
import Reports

struct Devices: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the sound devices that --device and SYNTH_DEVICE may name.")

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func run() throws {
    struct Report: Encodable {
      struct Device: Encodable {
        let name, description: String
      }
      let devices: [Device]
    }
    let devices = AudioDevice.all()
    if json {
      try JSONReport.print(
        Report(devices: devices.map { .init(name: $0.name, description: $0.description) }))
    }
    if devices.isEmpty { throw AudioIOError.noDevices }
    if json { return }
    let width = min(40, devices.map(\.name.count).max() ?? 0) + 2
    for device in devices { try Terminal.print(NumberText.column(device.name, width) + device.description) }
  }
}
