// Are these headphones, and which side is which? First a tone on one side after the other; then the screening of Woods,
// Siegel, Traer and McDermott, "Headphone screening to facilitate web-based auditory experiments", Attention, Perception, &
// Psychophysics 79 (2017): which of three tones of 200 Hz is the quietest? One of them is 6 dB down; another is in
// anti-phase between the two sides, so that in the air of a room it cancels itself and seems the quietest. Six questions,
// five right. The result is stored; who fails may try once more, and goes on in any case.

import { AHEAD_SECONDS } from "./graph.js";
import { Performer } from "./player.js";

const NEEDED = 5;
const [TONE, PAUSE, RAMP] = [1, 0.5, 0.1]; // seconds
const HERTZ = 200;
const AMPLITUDE = 0.25;
const QUIET = 10 ** (-6 / 20);

function random(below) {
  const limit = 256 - (256 % below);
  for (;;) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < limit) return byte % below;
  }
}

function shuffle(values) {
  for (let last = values.length - 1; last > 0; last--) {
    const other = random(last + 1);
    [values[last], values[other]] = [values[other], values[last]];
  }
  return values;
}

/** Every place is the quiet one equally often, and each of the two others in anti-phase. */
export function questions() {
  const all = [0, 1, 2].flatMap((quiet) => [0, 1, 2].filter((place) => place !== quiet).map((antiphase) => ({ quiet, antiphase })));
  return { sides: shuffle(["left", "right"]), tones: shuffle(all) };
}

/** What each side plays in each tone of a question: amplitudes. */
export function levels(question) {
  if (typeof question === "string") return [question === "left" ? [1, 0] : [0, 1]];
  return [0, 1, 2].map((place) => {
    const amplitude = place === question.quiet ? QUIET : 1;
    return [amplitude, place === question.antiphase ? -amplitude : amplitude];
  });
}

/** The samples of a question, for both sides, with ramps of 100 ms around each tone. */
export function render(question, rate) {
  const tones = levels(question);
  const [tone, gap, ramp] = [TONE, PAUSE, RAMP].map((seconds) => Math.round(seconds * rate));
  const length = tones.length * tone + (tones.length - 1) * gap;
  const sound = new AudioBuffer({ numberOfChannels: 2, length, sampleRate: rate });
  for (const side of [0, 1]) {
    const samples = sound.getChannelData(side);
    tones.forEach((amplitudes, place) => {
      const start = place * (tone + gap);
      for (let n = 0; n < tone; n++) {
        const edge = Math.min(1, n / ramp, (tone - 1 - n) / ramp);
        const envelope = 0.5 - 0.5 * Math.cos(Math.PI * edge);
        samples[start + n] = AMPLITUDE * amplitudes[side] * envelope * Math.sin((2 * Math.PI * HERTZ * n) / rate);
      }
    });
  }
  return sound;
}

/** Plays one question once; the only performer of this page that ends by itself. */
class Asker extends Performer {
  constructor(context, question, changed) {
    super(changed);
    this.context = context;
    this.sound = render(question, context.sampleRate);
    this.tones = levels(question).length;
    this.heard = false;
    this.go("ready");
  }

  play() {
    if (!this.go("playing")) return;
    this.context.resume();
    this.source = this.context.createBufferSource();
    this.source.buffer = this.sound;
    this.source.connect(this.context.destination);
    this.source.addEventListener("ended", () => {
      if (!this.go("ready")) return;
      this.heard = true;
      this.changed();
    });
    this.began = this.context.currentTime + AHEAD_SECONDS;
    this.source.start(this.began);
    this.changed();
  }

  /** The tone that sounds now; -1 in a pause. */
  get tone() {
    const time = this.playing ? this.context.currentTime - this.began : -1;
    const place = Math.floor(time / (TONE + PAUSE));
    return time >= 0 && time - place * (TONE + PAUSE) < TONE && place < this.tones ? place : -1;
  }

  silence() {
    this.source.stop();
  }
}

/**
 * One attempt.
 * @param ask shows a question's view: given the question, its number and its asker, it gives the answer
 * @returns {Promise<{sides: object[], quietest: object[], swapped: boolean, passed: boolean}>}
 */
export async function check(stage, ask) {
  const { sides, tones } = questions();
  const count = sides.length + tones.length;
  const result = { sides: [], quietest: [] };
  const put = async (question, number) => {
    const answer = await ask(question, number, count, (changed) => stage.take(new Asker(stage.context, question, changed)));
    stage.clear();
    return answer;
  };
  for (const [index, played] of sides.entries()) result.sides.push({ played, heard: await put(played, index + 1) });
  const swapped = result.sides.some(({ played, heard }) => played !== heard);
  // The screening tells little where the sides are wrong already.
  if (!swapped) {
    for (const [index, question] of tones.entries()) {
      result.quietest.push({ ...question, chosen: await put(question, sides.length + index + 1) });
    }
  }
  const right = result.quietest.filter(({ quiet, chosen }) => quiet === chosen).length;
  return { ...result, swapped, passed: !swapped && right >= NEEDED };
}
