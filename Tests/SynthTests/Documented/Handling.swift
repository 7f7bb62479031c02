// What is done with documented command lines that cannot be run as they stand: made smaller, given their input, or not run,
// each with its reason. A line that is in none of these lists is run as written and has to end with 0. An entry that no line
// needs any more is a failure.

/// Words of a command line, and what a test that takes seconds puts there.
struct Shrink {
  let words: String
  let smaller: String
  init(_ words: String, _ smaller: String) { (self.words, self.smaller) = (words, smaller) }
}

enum Handling {
  /// Looked for in the whole line, in this order; the first that is found applies, and no other.
  static let shrinks = [
    // Training: two steps on little.
    Shrink("--output runs/mine --minutes 30", "--output runs/mine --steps 2 \(tiny)"),
    Shrink("--steps 4000 --learning-rate 4e-3", "--steps 2 --learning-rate 4e-3 \(tiny)"),
    Shrink("--steps 16000 --clips 4", "--steps 2 \(tiny)"),
    Shrink("--steps 20000 --clips 4", "--steps 2 \(tiny)"),
    Shrink(
      "--steps 1500 --seed 1 --precision bf16 --evaluate-every 1500",
      "--steps 2 --seed 1 --precision bf16 \(tiny)"),
    Shrink("recordings/ --dry-run", "recordings/ --dry-run \(tiny)"),
    Shrink("--steps 14000", "--steps 2 \(tiny)"),
    Shrink("--from first --steps 5000", "--from first --steps 2 \(tiny)"),
    Shrink("--from second --steps 10000", "--from second --steps 2 \(tiny)"),
    Shrink("tune trained fresh --clips 20", "tune trained fresh --clips 1 --seconds 1"),
    // Sound: less of it.
    Shrink(
      "evaluate recorder fresh --generate 20 --generate-seconds 4",
      "evaluate recorder fresh --generate 1 --generate-seconds 1"),
    Shrink("generate - --seconds 30", "generate - --seconds 1"),
    Shrink("pack recorder/", "pack recorder/ --keys 72 --levels=-20 --tries 1 --seconds 0.3"),
    Shrink(
      "--keys C4-C6 --step 3 --levels=-30,-24,-18", "--keys C5 --step 3 --levels=-24 --tries 1 --seconds 0.3"),
    Shrink(
      "--keys C4-C5 --levels=-30,-20 --takes 2", "--keys C5 --levels=-20 --takes 2 --tries 1 --seconds 0.3"),
    Shrink(
      "pack chords/ --model sines --count 8", "pack chords/ --model sines --count 2 --tries 1 --seconds 0.3"),
    Shrink("generate takes/ --count 20", "generate takes/ --count 2 --seconds 0.2"),
    Shrink(
      "evaluate runs/mine --page report.html",
      "evaluate runs/mine --page report.html --generate 2 --generate-seconds 0.5"),
    Shrink(
      "evaluate runs/mine recordings/", "evaluate runs/mine recordings/ --generate 2 --generate-seconds 0.5"),
    Shrink("evaluate runs/mine", "evaluate runs/mine --generate 2 --generate-seconds 0.5"),
    Shrink("runs/mine --free", "runs/mine --free --seconds 0.5"),
    Shrink(
      "evaluate sines --seed 2 --count 200", "evaluate sines --seed 2 --count 2 --seconds 0.5 --generate 1"),
    Shrink("evaluate sines --seed 2", "evaluate sines --seed 2 --count 2 --seconds 0.5 --generate 1"),
    Shrink("--items 8 --seconds 4", "--items 2 --seconds 0.5"),
    Shrink("hot=sines,temperature=1.0", "hot=sines,temperature=1.0 --items 1 --seconds 0.5"),
    // Lessons: one epoch on few windows, where the course has twenty on ten thousand.
    Shrink("least-squares,stack6,lstm --against lstm", "least-squares,stack6 --against stack6 --epochs 1"),
    Shrink("--models stack6,lstm --against lstm", "--models linear,stack6 --against stack6 --epochs 1"),
    Shrink("--models last-week,least-squares,stack6,mini", "--models last-week,stack6 --epochs 1"),
    Shrink("--horizon 24 --models mini", "--horizon 24 --models stack6 --epochs 1"),
    Shrink("--models linear,stack6,wavenet --epochs 20", "--models linear,stack6 --epochs 1"),
    Shrink("--runs 3 --epochs 20 --patience 0", "--runs 2 --epochs 1 --patience 0 --series 300"),
    Shrink("--epochs 20 --patience 0 --steps-ahead", "--epochs 1 --patience 0 --series 300 --steps-ahead"),
    Shrink("lab forecast --csv load.csv", "lab forecast --csv load.csv --models last,linear --epochs 1"),
    Shrink("lab forecast", "lab forecast --epochs 1 --series 300"),
    // Measuring: the numbers of a loaded machine say nothing anyway.
    Shrink("bench --shape C2", "bench --rounds 1 --round-seconds 0.02 --clips 1 --tasks generate --shape C1"),
    Shrink("bench --model recorder", "bench --model recorder --rounds 1 --round-seconds 0.02"),
    Shrink("bench --ceilings", "bench --ceilings --rounds 1 --round-seconds 0.02"),
    Shrink(
      "synth bench", "synth bench --rounds 1 --round-seconds 0.02 --clips 1 --tasks generate --shape C1"),
  ]
  private static let tiny = "--clips 2 --crop 1024"

  /// Lines that answer questions: what the terminal hears.
  static let answers = ["synth listen run test": "1\n=4\n1\n=3\n"]

  /// Servers: run until their page has been fetched, then stopped by Ctrl-C.
  static let servers: Set = [
    "synth listen serve test", "synth listen serve test --bind 0.0.0.0 --token some-secret",
  ]

  /// What a line makes and would not overwrite, where a document offers the same name twice: the reader does one of both.
  static let alternatives = [
    "synth train recordings/ --output runs/mine --minutes 30": "runs/mine",
    "synth listen prepare --method mos -o test cool=sines,temperature=0.7 hot=sines,temperature=1.0": "test",
  ]

  /// Environment variable that .ci/run sets, without which lines are left out that take ten seconds even when made smaller:
  /// the checks, measurements of the machine, and trainings on chords, which measure many held-out clips.
  static let slowVariable = "SYNTH_SLOW_TESTS"
  static let slow = [
    "synth selftest", "synth bench", "--output runs/rounded", "--output first", "--from first",
    "--from second", "tune trained fresh",
  ]

  /// Not run, and why.
  static let notRun = [
    "synth listen prepare / serve / report": "three commands in one line of an overview",
    "synth lab ...": "an overview",
    "synth listen import test answers-*.txt": "wants what browsers save; StaticPageTests runs it",
    "synth generate": "the command's name",
    "synth tune": "the command's name",
    "swift run synth ...": "any command",
    "swift run -c release synth": "what stands for `synth`",
    "synth evaluate MODEL FILES": "capitals stand for something",
    ".ci/documentation OUTPUT": "reads the build that this test is part of; .ci/run runs it",
    ".ci/run": "runs this test",
  ]

  /// Programs that are not ours and are not run: a stand-in for each takes its place (see World). What they would do is
  /// checked elsewhere: the packages by HouseTests, building and testing by .ci/run; the others need half an hour,
  /// PyTorch, a sound card, a browser or a speech synthesizer.
  static let standIns = [
    "sudo": "exit 0",
    "swift":
      "[ \"$1\" = run ] || exit 0; while [ $# -gt 0 ] && [ \"$1\" != synth ]; do shift; done; exec \"$@\"",
    "python3": "exit 0",
    "chromium": "for page; do :; done; [ -f \"$page\" ]",
    "aplay": "[ \"$(head -c 4)\" = RIFF ] && cat >/dev/null",
  ]
}
