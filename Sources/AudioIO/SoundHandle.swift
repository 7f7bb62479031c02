// One opened stream: libsndfile's handle, closed when this goes, and its words made into ours.

internal import CSndfile

final class SoundHandle {
  let handle: OpaquePointer
  let info: SF_INFO
  /// For messages: the path, or "standard input".
  let name: String
  private let bytes: VirtualFile

  init(_ bytes: VirtualFile, name: String) throws(AudioIOError) {
    var info = SF_INFO()  // format must be 0
    guard let handle = bytes.open(Int32(SFM_READ), &info) else {
      throw .notSound(path: name, reason: SoundHandle.reason(nil))
    }
    (self.handle, self.info, self.name, self.bytes) = (handle, info, name, bytes)
  }

  deinit { sf_close(handle) }

  /// Error number of a read that the disk refused.
  var failure: Int32? { bytes.failure }

  /// Samples per channel as the header has them; nil where it does not know, 0 or nearly 2^63.
  var announcedFrames: Int? {
    let frames = Int(info.frames)
    return frames > 0 && frames < 1 << 48 ? frames : nil
  }

  var isMPEG: Bool { Int(info.format) & SF_FORMAT_TYPEMASK == SF_FORMAT_MPEG }

  /// Whether samples are floating-point numbers, which have no full scale of their own.
  var isFloat: Bool { [SF_FORMAT_FLOAT, SF_FORMAT_DOUBLE].contains(Int(info.format) & SF_FORMAT_SUBMASK) }

  /// Causes for those of libsndfile's messages that name none.
  private static let causes: [(words: String, cause: String)] = [
    ("unknown error in flac decoder", "its FLAC stream is broken, or is none"),
    ("flac decoder lost sync", "its FLAC frames are broken"),
    ("psf_fseek() failed", "its header points beyond the end of the file"),
    ("psf_", "its header points beyond the end of the file"),
    ("Format not recognised", "it begins like no format that is known"),
    ("Malformed 'fmt '", "its codec is not known here, or its header is broken"),
    ("unimplemented format", "its codec is not known here"),
    ("System error", "its header does not fit the file"),
    ("Unspecified internal error", "its header is broken"),
    ("Supported file format but file is malformed", "its header is broken"),
    ("Supported encoding", "its codec is not known here"),
  ]

  /// libsndfile's words, without its full stop, or what they mean where they say nothing.
  static func reason(_ handle: OpaquePointer?) -> String {
    var text = String(cString: sf_strerror(handle))
    while text.hasSuffix(".") || text.hasSuffix("\n") || text.hasSuffix(" ") { text.removeLast() }
    if let known = causes.first(where: { text.contains($0.words) }) { return known.cause }
    return text.isEmpty || text == "No Error" ? "its header is broken" : text
  }

  /// What the file says to a sampler.
  var sampler: SamplerNote? {
    var chunk = SF_INSTRUMENT()
    let size = Int32(MemoryLayout<SF_INSTRUMENT>.size)
    return sf_command(handle, Int32(SFC_GET_INSTRUMENT), &chunk, size) == SF_TRUE ? SamplerNote(chunk) : nil
  }

  /// A string of the file, such as its comment.
  func string(_ kind: Int) -> String? {
    guard let text = sf_get_string(handle, Int32(kind)), text[0] != 0 else { return nil }
    return String(cString: text)
  }
}
