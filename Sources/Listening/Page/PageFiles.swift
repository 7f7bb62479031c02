// The files of the page, out of the binary. Written in Sources/CListeningPage/page.
internal import CListeningPage

struct PageFile: Sendable {
  let type: String
  let bytes: [UInt8]

  /// By the name that the browser asks for; "" is the page itself.
  static let all = table.filter { $0.key != withoutServerName }

  /// What talks to a server, and what takes its place where there is none.
  static let server = "server.js"
  static var withoutServer: PageFile { table[withoutServerName]! }
  private static let withoutServerName = "static.js"

  private static let table: [String: PageFile] = {
    var files: [String: PageFile] = [:]
    for index in 0..<page_file_count {
      // Bytes and names that are there as long as the program.
      let file = unsafe page_file_at(index)!.pointee
      unsafe files[String(cString: file.name)] = PageFile(
        type: String(cString: file.type),
        bytes: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
    }
    return files
  }()
}
