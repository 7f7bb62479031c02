// The files of the page, out of the binary. Written in Sources/CListeningPage/page.
internal import CListeningPage

struct PageFile: Sendable {
  let type: String
  let bytes: [UInt8]

  /// By the name that the browser asks for; "" is the page itself.
  static let all: [String: PageFile] = {
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
