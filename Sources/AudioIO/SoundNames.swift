// What a file's name says about it: a format that libsndfile reads, sound (or video with sound) of a format that it does
// not read, or something else. Of something else the first bytes are looked at, so that a recording whose name lost its
// ending does not vanish from a folder.
internal import Files
import Glibc

enum SoundNames {
  enum Kind { case readable, foreign, other }

  /// Endings of what libsndfile reads.
  static let readable: Set<String> = [
    "wav", "wave", "bwf", "rf64", "w64", "aif", "aiff", "aifc", "afc", "au", "snd", "caf", "flac", "ogg",
    "oga", "opus", "mp3", "mp2", "mp1", "mpga", "voc", "iff", "svx", "8svx", "16sv", "sph", "nist", "paf",
    "fap",
    "pvf", "sds", "avr", "sf", "ircam", "htk", "wve", "mat", "mpc2k", "xi",
  ]

  /// Endings of other sound, and of videos, which mostly have sound.
  static let foreign: Set<String> = [
    "m4a", "m4b", "m4r", "m4p", "mp4", "m4v", "aac", "adts", "3gp", "3g2", "3gpp", "mov", "qt", "alac", "wma",
    "wmv", "asf", "webm", "weba", "mka", "mkv", "avi", "flv", "f4a", "f4v", "mpg", "mpeg", "vob", "m2ts",
    "mts",
    "ogv", "ogm", "ogx", "spx", "wv", "ape", "mac", "mpc", "mp+", "mpp", "tta", "tak", "ofr", "ofs", "shn",
    "dsf",
    "dff", "amr", "awb", "ac3", "eac3", "ec3", "dts", "thd", "truehd", "mlp", "ra", "ram", "rm", "rmvb",
    "gsm",
    "vox", "sln", "sbc", "g722", "qcp", "aa", "aax", "dss", "ds2", "dvf", "msv", "at3", "oma", "omg", "sd2",
    "mogg",
    "amb", "hcom", "cdda", "raw", "pcm",
  ]

  static func kind(of name: String) -> Kind {
    let ending = SoundFormat.ending(of: name)
    return readable.contains(ending) ? .readable : foreign.contains(ending) ? .foreign : .other
  }

  /// How files of a format begin: bytes at an offset, and further ones at another.
  private struct Signature {
    let format: String
    let isReadable: Bool
    let parts: [(offset: Int, bytes: String)]

    init(_ format: String, _ isReadable: Bool, _ parts: (Int, String)...) {
      (self.format, self.isReadable, self.parts) = (format, isReadable, parts.map { ($0.0, $0.1) })
    }

    func fits(_ head: [UInt8]) -> Bool {
      parts.allSatisfy { part in
        head.dropFirst(part.offset).starts(with: part.bytes.unicodeScalars.map { UInt8($0.value) })
      }
    }
  }

  private static var signatures: [Signature] {
    [
      Signature("wav", true, (0, "RIFF"), (8, "WAVE")), Signature("wav", true, (0, "RIFX"), (8, "WAVE")),
      Signature("rf64", true, (0, "RF64"), (8, "WAVE")),
      Signature("w64", true, (0, "riff\u{2E}\u{91}\u{CF}")),
      Signature("aiff", true, (0, "FORM"), (8, "AIF")), Signature("svx", true, (0, "FORM"), (8, "8SVX")),
      Signature("flac", true, (0, "fLaC")), Signature("ogg", true, (0, "OggS")),
      Signature("caf", true, (0, "caff\0\u{1}")), Signature("mp3", true, (0, "ID3")),
      Signature("voc", true, (0, "Creative Voice File")), Signature("sph", true, (0, "NIST_1A\n")),
      Signature("au", true, (0, ".snd\0\0")),
      Signature("m4a", false, (4, "ftyp")), Signature("avi", false, (0, "RIFF"), (8, "AVI ")),
      Signature("webm or mka", false, (0, "\u{1A}\u{45}\u{DF}\u{A3}")),
      Signature("wma", false, (0, "\u{30}\u{26}\u{B2}\u{75}\u{8E}\u{66}\u{CF}\u{11}")),
      Signature("wv", false, (0, "wvpk")), Signature("ape", false, (0, "MAC ")),
      Signature("mpc", false, (0, "MPCK")), Signature("mpc", false, (0, "MP+")),
      Signature("tta", false, (0, "TTA1")), Signature("tak", false, (0, "tBaK")),
      Signature("dsf", false, (0, "DSD ")), Signature("dff", false, (0, "FRM8")),
      Signature("amr", false, (0, "#!AMR")), Signature("shn", false, (0, "ajkg")),
      Signature("ra", false, (0, ".RMF")), Signature("ra", false, (0, ".ra\u{FD}")),
    ]
  }

  /// Whether a file of no known ending begins like a sound file, as what is to be said of it.
  static func sniff(_ path: String) -> AudioIOError? {
    let descriptor = Disk.open(path, O_RDONLY | O_NONBLOCK)
    if descriptor < 0 { return nil }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: 20)
    let count = read(descriptor, &head, head.count)
    if count < head.count { return nil }
    guard let found = signatures.first(where: { $0.fits(head) }) else { return nil }
    return found.isReadable
      ? .unnamedFormat(path: path, ending: found.format) : .foreignFormat(path: path, format: found.format)
  }
}
