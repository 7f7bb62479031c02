// Everything that can go wrong between us and the world of sound files, pipes and devices: one case per cause.
// Each says what happened, to which file, and what to do.
public import Files

/// Why a sound could not be read, written or played.
public enum AudioIOError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no such file.
  case missing(path: String)
  /// A folder where a sound file was wanted.
  case isFolder(path: String)
  /// The file is there and cannot be opened.
  case unreadable(path: String, reason: String)
  /// Zero bytes.
  case empty(path: String)
  /// Bytes that no decoder knows.
  case notSound(path: String, reason: String)
  /// Sound, by its name or its first bytes, of a format that is not read.
  case foreignFormat(path: String, format: String)
  /// Sound of a format that is read, under a name whose ending stands for none.
  case unnamedFormat(path: String, ending: String)
  /// The file ends before the sound that it announces.
  case truncated(path: String, announced: String, found: String)
  /// The decoder gave up in the middle.
  case damaged(path: String, reason: String)
  /// Streams that follow one another and differ in their number of channels.
  case manyLayouts(path: String, channels: [Int])
  /// A proper file that holds no sound.
  case noSamples(path: String)
  /// A sample is infinite or not a number. `frame` counts from 0.
  case nonFinite(path: String, frame: Int)
  /// More than memory should be asked for.
  case tooLong(path: String, limit: String)
  /// A change of sample rate that cannot be done.
  case resampling(path: String, from: Int, to: Int, reason: String)
  /// An ending of a file name that stands for no format we write.
  case unknownExtension(path: String)
  /// A format that does not go with the ending of the file name.
  case formatMismatch(path: String, format: String)
  /// The sound to be written has a sample that is infinite or not a number.
  case unwritableSample(path: String, index: Int)
  /// The file cannot be made there.
  case cannotCreate(path: String, reason: String)
  /// Reading broke off.
  case readFailed(path: String, reason: String)
  /// Writing broke off: nothing was kept.
  case writeFailed(path: String, reason: String)
  /// A file that cannot be replaced.
  case file(FileError)
  /// The reader of our output went away.
  case brokenPipe(path: String)
  /// There is no such sound device.
  case noDevice(device: String, reason: String)
  /// There is none at all.
  case noDevices
  /// The device is there and will not play this.
  case deviceRefused(device: String, reason: String)
  /// The device stopped in the middle.
  case deviceFailed(device: String, reason: String)
  /// Whoever asked for it wants it no more: Ctrl-C, most often.
  case cancelled

  /// The file or pipe that it is about, as it was given; nil where it is about a device, or about none.
  package var path: String? {
    switch self {
    case .missing(let path), .isFolder(let path), .unreadable(let path, _), .empty(let path),
      .foreignFormat(let path, _), .unnamedFormat(let path, _), .notSound(let path, _),
      .truncated(let path, _, _), .damaged(let path, _), .manyLayouts(let path, _),
      .noSamples(let path), .nonFinite(let path, _),
      .tooLong(let path, _), .resampling(let path, _, _, _), .unknownExtension(let path),
      .formatMismatch(let path, _), .unwritableSample(let path, _), .cannotCreate(let path, _),
      .readFailed(let path, _), .writeFailed(let path, _), .brokenPipe(let path):
      path
    case .file, .noDevice, .noDevices, .deviceRefused, .deviceFailed, .cancelled: nil
    }
  }

  /// One line: the file or device, what is wrong, what to do.
  public var description: String { path.map { "\(FileName.shown($0)): \(reason)" } ?? reason }

  /// The same without the file's name.
  package var reason: String {
    switch self {
    case .missing: "no such file: check the name"
    case .isFolder: "is a folder: name a sound file inside it"
    case .unreadable(_, let reason): "cannot be opened (\(reason)): check its permissions"
    case .empty: "is empty (0 bytes): record or export it again"
    case .foreignFormat(_, let format):
      "sound of the kind \(format) is not read: convert it to WAV or FLAC, for example with ffmpeg -i FILE NEW.wav"
    case .unnamedFormat(_, let ending):
      "is sound, though its name does not say so: end its name in .\(ending)"
    case .notSound(_, let reason):
      "is not a sound file that can be read (\(reason)): convert it to WAV or FLAC, for example with ffmpeg -i FILE NEW.wav"
    case .truncated(_, let announced, let found):
      "is cut off: it announces \(announced) and holds \(found): copy or export it again"
    case .damaged(_, let reason): "is damaged (\(reason)): copy or export it again"
    case .manyLayouts(_, let channels):
      "its parts have \(channels.map { "\($0)" }.joined(separator: " and ")) channels: give them as files of their own"
    case .noSamples: "holds no sound (0 samples): record or export it again"
    case .nonFinite(_, let frame):
      "frame \(frame) is infinite or not a number: export it again, best as 16 or 24 bit"
    case .tooLong(_, let limit): "is longer than \(limit): split it"
    case .resampling(_, let from, let to, let reason):
      "cannot be resampled from \(from) to \(to) Hz (\(reason)): convert it to \(to) Hz first"
    case .unknownExtension:
      "no format is known for this name: end it in .wav or .flac, or use - for standard output"
    case .formatMismatch(_, let format):
      "the name does not go with \(format): change the ending or the format"
    case .unwritableSample(_, let index):
      "not written: sample \(index) is infinite or not a number: generate it again"
    case .cannotCreate(_, let reason):
      "cannot be created (\(reason)): choose an existing folder that you may write to"
    case .readFailed(_, let reason):
      "reading broke off (\(reason)): check the disk or the pipe"
    case .writeFailed(_, let reason):
      "writing broke off (\(reason)): check the space on the disk"
    case .file(let error): "\(error)"
    case .brokenPipe:
      "the program reading it has ended: start it again, or write to a file"
    case .noDevice(let device, let reason):
      "no sound device '\(device)' (\(reason)): synth devices lists them; or write to a file instead"
    case .noDevices:
      "ALSA knows no sound device here: connect one, or name one in ~/.asoundrc; sound can be written to a file meanwhile"
    case .deviceRefused(let device, let reason):
      "sound device '\(device)' will not play this (\(reason)): close what uses it, or choose 'default' or a plughw device"
    case .deviceFailed(let device, let reason):
      "sound device '\(device)' stopped (\(reason)): check that it is still connected"
    case .cancelled: "stopped while sound was being read: nothing was made of it"
    }
  }
}
