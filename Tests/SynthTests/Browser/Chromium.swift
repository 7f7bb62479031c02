// A headless Chromium, driven over its debugging pipe: JSON with a zero byte at the end of each message, on its descriptors
// 3 and 4. Foundation's Process hands down no descriptors but the standard ones, so a shell opens two named pipes there.

import Foundation
import Testing

enum BrowserTests {
  static let variable = "SYNTH_BROWSER_TESTS"
  static let path = "/usr/bin/chromium"
  static var wanted: Bool { ProcessInfo.processInfo.environment[variable] == "1" }
  static let why: Comment = "set SYNTH_BROWSER_TESTS=1 to run these; they need Debian's chromium in /usr/bin"
}

/// One browser with one page. Everything waits for its answer, with a limit.
final class Chromium {
  struct Failure: Error, CustomStringConvertible { let description: String }

  private let process = Process()
  private let scratch = Scratch()
  private let toBrowser: Int32
  private let fromBrowser: Int32
  private var buffer: [UInt8] = []
  private var lastID = 0
  private var session = ""
  /// Errors that the page reported.
  private(set) var complaints: [String] = []

  init(width: Int = 1000, height: Int = 900, mobile: Bool = false) throws {
    guard FileManager.default.isExecutableFile(atPath: BrowserTests.path) else {
      throw Failure(
        description:
          "\(BrowserTests.variable)=1, but there is no \(BrowserTests.path): apt-get install chromium")
    }
    for name in ["in", "out"] where mkfifo(scratch(name), 0o600) != 0 {
      throw Failure(description: "mkfifo: errno \(errno)")
    }
    // Open both ways, so that neither side waits for the other to open.
    toBrowser = open(scratch("in"), O_RDWR | O_CLOEXEC)
    fromBrowser = open(scratch("out"), O_RDWR | O_CLOEXEC)
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let flags =
      "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --remote-debugging-pipe"
    process.arguments = [
      "-c",
      "exec \(BrowserTests.path) \(flags) --user-data-dir=\(scratch("profile")) about:blank 3<\(scratch("in")) 4>\(scratch("out"))",
    ]
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": scratch.path, "LANG": "C.UTF-8"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let targets = try send("Target.getTargets")["targetInfos"] as? [[String: Any]] ?? []
    guard let page = targets.first(where: { $0["type"] as? String == "page" })?["targetId"] as? String else {
      throw Failure(description: "the browser has no page: \(targets)")
    }
    session =
      try send("Target.attachToTarget", ["targetId": page, "flatten": true])["sessionId"] as? String ?? ""
    for domain in ["Page", "Runtime", "Log"] { try send("\(domain).enable") }
    try resize(width: width, height: height, mobile: mobile)
  }

  /// The window, in CSS pixels.
  func resize(width: Int, height: Int, mobile: Bool = false) throws {
    try send(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": mobile ? 2 : 1, "mobile": mobile])
  }

  deinit {
    process.terminate()
    let deadline = Date().addingTimeInterval(5)
    while process.isRunning && Date() < deadline { usleep(10_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    close(toBrowser)
    close(fromBrowser)
  }

  // MARK: What a person does

  /// Before the page's own scripts, on every page from now on.
  func run(_ script: String) throws { try send("Page.addScriptToEvaluateOnNewDocument", ["source": script]) }

  /// A slow network, from now on.
  func slow(latencyMilliseconds: Double, bytesPerSecond: Double) throws {
    try send("Network.enable")
    try send(
      "Network.emulateNetworkConditions",
      [
        "offline": false, "latency": latencyMilliseconds, "downloadThroughput": bytesPerSecond,
        "uploadThroughput": bytesPerSecond,
      ])
  }

  func visit(_ url: String) throws { try send("Page.navigate", ["url": url]) }
  func reload() throws { try send("Page.reload") }

  /// A real click in the middle of the first element that the selector finds.
  func click(_ selector: String) throws {
    try wait(for: "document.querySelector(\(quoted(selector))) !== null", selector)
    let place =
      try evaluate(
        """
        (() => { const e = document.querySelector(\(quoted(selector))); e.scrollIntoView({block: "center", behavior: "instant"});
          const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()
        """) as? [Double] ?? []
    guard place.count == 2 else { throw Failure(description: "\(selector) has no place") }
    try click(x: place[0], y: place[1])
  }

  /// The same at a place of the window, in CSS pixels.
  func click(x: Double, y: Double) throws {
    for type in ["mouseMoved", "mousePressed", "mouseReleased"] {
      try send(
        "Input.dispatchMouseEvent",
        [
          "type": type, "x": x, "y": y, "button": type == "mouseMoved" ? "none" : "left",
          "clickCount": type == "mouseMoved" ? 0 : 1,
        ])
    }
  }

  /// A key by its name: "a", "1", " ", "Enter", "Tab", "ArrowRight".
  func press(_ key: String) throws {
    let codes = [
      "Enter": 13, "Tab": 9, "PageDown": 34, "Backspace": 8, "ArrowLeft": 37, "ArrowRight": 39, " ": 32,
      ",": 188, ".": 190,
    ]
    let code = codes[key] ?? Int(key.uppercased().utf8.first!)
    var event: [String: Any] = ["key": key, "windowsVirtualKeyCode": code]
    if key == "Enter" { event["text"] = "\r" } else if key.count == 1 { event["text"] = key }
    event["type"] = event["text"] == nil ? "rawKeyDown" : "keyDown"
    try send("Input.dispatchKeyEvent", event)
    event["type"] = "keyUp"
    event["text"] = nil
    try send("Input.dispatchKeyEvent", event)
  }

  func type(_ text: String) throws { try send("Input.insertText", ["text": text]) }

  // MARK: What a person sees

  /// The value of an expression; promises are waited for.
  @discardableResult
  func evaluate(_ expression: String) throws -> Any? {
    let answer = try send(
      "Runtime.evaluate",
      ["expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": false])
    if let exception = answer["exceptionDetails"] as? [String: Any] {
      throw Failure(description: "\(expression.prefix(200)): \(exception)")
    }
    return (answer["result"] as? [String: Any])?["value"]
  }

  /// Waits until an expression is true.
  func wait(for expression: String, _ what: String? = nil, seconds: Double = 30) throws {
    let deadline = Date().addingTimeInterval(seconds)
    while true {
      if (try? evaluate("Boolean(\(expression))")) as? Bool == true { return }
      if Date() > deadline {
        let text = (try? evaluate("document.body.innerText")) as? String ?? ""
        throw Failure(
          description: "not after \(seconds) s: \(what ?? expression); the page says: \(text); \(complaints)")
      }
      usleep(20_000)
    }
  }

  func text(_ selector: String) throws -> String {
    try evaluate("document.querySelector(\(quoted(selector)))?.innerText ?? ''") as? String ?? ""
  }

  /// A picture of the whole page, for people: only where SYNTH_SCREENSHOTS names a folder.
  func picture(_ name: String) throws {
    guard let folder = ProcessInfo.processInfo.environment["SYNTH_SCREENSHOTS"] else { return }
    let answer = try send("Page.captureScreenshot", ["format": "png", "captureBeyondViewport": true])
    let data = Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
    try data.write(to: URL(fileURLWithPath: "\(folder)/\(name).png"))
  }

  private func quoted(_ text: String) -> String {
    String(
      decoding: try! JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed), as: UTF8.self)
  }

  // MARK: The pipe

  @discardableResult
  func send(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    lastID += 1
    var message: [String: Any] = ["id": lastID, "method": method, "params": parameters]
    if !session.isEmpty { message["sessionId"] = session }
    var bytes = [UInt8](try JSONSerialization.data(withJSONObject: message)) + [0]
    while !bytes.isEmpty {
      let count = write(toBrowser, bytes, bytes.count)
      if count <= 0 { throw Failure(description: "the browser's pipe: errno \(errno)") }
      bytes.removeFirst(count)
    }
    while true {
      let answer = try receive(method)
      if answer["id"] as? Int == lastID {
        if let error = answer["error"] as? [String: Any] { throw Failure(description: "\(method): \(error)") }
        return answer["result"] as? [String: Any] ?? [:]
      }
      note(answer)
    }
  }

  private func note(_ event: [String: Any]) {
    let parameters = event["params"] as? [String: Any] ?? [:]
    switch event["method"] as? String {
    case "Runtime.exceptionThrown": complaints.append("\(parameters["exceptionDetails"] ?? "")")
    case "Log.entryAdded":
      let entry = parameters["entry"] as? [String: Any] ?? [:]
      if entry["level"] as? String == "error" {
        complaints.append("\(entry["text"] ?? "") \(entry["url"] ?? "")")
      }
    default: break
    }
  }

  private func receive(_ method: String) throws -> [String: Any] {
    let deadline = Date().addingTimeInterval(60)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = buffer.firstIndex(of: 0) {
        let message = Data(buffer[..<end])
        buffer.removeFirst(end + 1)
        return (try JSONSerialization.jsonObject(with: message)) as? [String: Any] ?? [:]
      }
      var ready = pollfd(fd: fromBrowser, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, 200) > 0 {
        let count = read(fromBrowser, &chunk, chunk.count)
        if count > 0 { buffer += chunk[..<count] }
      } else if !process.isRunning {
        throw Failure(description: "the browser ended with \(process.terminationStatus) during \(method)")
      } else if Date() > deadline {
        throw Failure(description: "no answer to \(method)")
      }
    }
  }
}
