// The sounds of a trial in lockstep: all of them run all the time, each behind a gain of its own, and choosing one moves
// gains only, so that they cannot come apart. A change is 5 ms down, then 5 ms up, and never a cross-fade (ITU-R
// BS.1534-3, 5.3); choosing the one that plays already makes the same dip, so that the ear learns nothing from it. Written
// over BaseAudioContext: the tests run the same code in an OfflineAudioContext and compare samples.

/** Length of each half of a switch. */
export const FADE_SECONDS = 0.005;
/** How far ahead of the context's clock a change is written, which may be one block behind the hardware. */
const AHEAD_SECONDS = 0.01;

/** Raised cosine from 1 to 0 over `frames` steps: frames + 1 values. */
export function fadeOut(frames) {
  return Float32Array.from({ length: frames + 1 }, (_, k) => 0.5 + 0.5 * Math.cos((Math.PI * k) / frames));
}

/** The same upwards. */
export function fadeIn(frames) {
  return fadeOut(frames).reverse();
}

/** The samples of a part, with faded ends where it was cut out of the middle, so that repeating it does not click. */
export function cutPart(samples, from, to, fadeFrames) {
  const part = samples.slice(from, to);
  const length = Math.min(fadeFrames, Math.floor(part.length / 2));
  const ramp = fadeIn(Math.max(1, length));
  for (let k = 0; k < length; k++) {
    if (from > 0) part[k] *= ramp[k];
    if (to < samples.length) part[part.length - 1 - k] *= ramp[k];
  }
  return part;
}

/** A set of sounds of equal length that runs from `start` to `stop`. Used once. */
export class Lockstep {
  /**
   * @param {BaseAudioContext} context
   * @param {Float32Array[]} sounds of equal length, at the context's rate
   */
  constructor(context, sounds) {
    this.context = context;
    this.rate = context.sampleRate;
    this.fadeFrames = Math.round(FADE_SECONDS * this.rate);
    this.fade = this.fadeFrames / this.rate;
    this.selected = null;
    this.free = 0; // when the last change is over
    this.voices = sounds.map((samples) => {
      const buffer = context.createBuffer(1, samples.length, this.rate);
      buffer.copyToChannel(samples, 0);
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.loop = true;
      const gain = context.createGain();
      gain.gain.value = 0; // before any automation: its default of 1 would let one sample through
      source.connect(gain).connect(context.destination);
      return { source, gain };
    });
  }

  /** The next moment for a change: on a sample, not in the past, after the change before it. */
  next(wanted) {
    const quantum = 128 / this.rate; // automation curves must not touch
    const time = Math.max(wanted ?? this.context.currentTime + AHEAD_SECONDS, this.free + quantum);
    return Math.ceil(time * this.rate - 1e-6) / this.rate;
  }

  /** All sounds begin at the same sample; one of them is heard. */
  start(index, wanted) {
    const time = this.next(wanted);
    for (const voice of this.voices) voice.source.start(time);
    this.began = time;
    this.voices[index].gain.gain.setValueCurveAtTime(fadeIn(this.fadeFrames), time, this.fade);
    this.selected = index;
    this.free = time + this.fade;
    return time;
  }

  /** Down, then up: another sound, or the same again. */
  choose(index, wanted) {
    const time = this.next(wanted);
    const down = fadeOut(this.fadeFrames);
    const up = fadeIn(this.fadeFrames);
    if (index === this.selected) {
      const dip = new Float32Array(2 * this.fadeFrames + 1);
      dip.set(down);
      dip.set(up, this.fadeFrames);
      this.voices[index].gain.gain.setValueCurveAtTime(dip, time, 2 * this.fade);
    } else {
      this.voices[this.selected].gain.gain.setValueCurveAtTime(down, time, this.fade);
      this.voices[index].gain.gain.setValueCurveAtTime(up, time + this.fade, this.fade);
    }
    this.selected = index;
    this.free = time + 2 * this.fade;
    return time;
  }

  /** Down, and over. */
  stop(wanted) {
    const time = this.next(wanted);
    this.voices[this.selected].gain.gain.setValueCurveAtTime(fadeOut(this.fadeFrames), time, this.fade);
    for (const voice of this.voices) voice.source.stop(time + this.fade);
    this.free = time + this.fade;
    return time;
  }

  /** Frames since the start, modulo the length. */
  position() {
    const frames = Math.max(0, (this.context.currentTime - this.began) * this.rate);
    return frames % this.voices[0].source.buffer.length;
  }
}

/** What the buttons of a trial do: choosing, stopping, the part that repeats, and the counts of what was heard. */
export class Player {
  constructor(context, sounds, changed) {
    this.context = context;
    this.sounds = sounds;
    this.frames = sounds[0].length;
    this.changed = changed;
    this.from = 0;
    this.to = this.frames;
    this.running = null;
    this.current = 0;
    this.plays = sounds.map(() => 0);
    this.switches = 0;
    this.looped = false;
  }

  get playing() {
    return this.running !== null;
  }

  heardAll() {
    return this.plays.every((count) => count > 0);
  }

  choose(index) {
    this.context.resume();
    this.plays[index] += 1;
    if (this.running) {
      if (index !== this.current) this.switches += 1;
      this.running.choose(index);
    }
    this.current = index;
    if (!this.running) this.begin();
    this.changed();
  }

  toggle() {
    if (this.running) this.stop();
    else this.choose(this.current);
  }

  begin() {
    const fade = Math.round(FADE_SECONDS * this.context.sampleRate);
    const part = this.sounds.map((samples) => cutPart(samples, this.from, this.to, fade));
    this.running = new Lockstep(this.context, part);
    this.running.start(this.current);
  }

  stop() {
    if (this.running) this.running.stop();
    this.running = null;
    this.changed();
  }

  /** Frames from ... to repeat; all sounds start again together. */
  setPart(from, to) {
    if (from === this.from && to === this.to) return;
    this.from = from;
    this.to = to;
    if (from > 0 || to < this.frames) this.looped = true;
    if (this.running) {
      this.running.stop();
      this.begin();
    }
    this.changed();
  }

  /** Frame that is being heard. */
  position() {
    return this.running ? this.from + this.running.position() : this.from;
  }
}

/** A tone of 1 kHz at the loudness of the test: mono, so that a sine of amplitude a has 20 log a - 3.01 LUFS. */
export class Tone {
  constructor(context, lufs) {
    this.oscillator = context.createOscillator();
    this.oscillator.frequency.value = 1000;
    this.gain = context.createGain();
    this.gain.gain.value = 0;
    this.context = context;
    this.level = Math.min(0.9, 10 ** ((lufs + 3.01) / 20));
    this.oscillator.connect(this.gain).connect(context.destination);
    this.oscillator.start();
    this.gain.gain.setTargetAtTime(this.level, context.currentTime + AHEAD_SECONDS, 0.02);
  }

  stop() {
    const time = this.context.currentTime + AHEAD_SECONDS;
    this.gain.gain.setTargetAtTime(0, time, 0.02);
    this.oscillator.stop(time + 0.2);
  }
}
