// What may sound, and when. There is one stage, and one performer on it at a time: whoever takes the stage ends the one
// before, for ever. A performer is in one of five states, and only `playing` has sources that run:
//
//   idle (the stage is empty) -> loading -> ready <-> playing
//                                any of them -> ended, from which nothing leads away
//
// So a button that was left over, a late answer of the network or a timer can no longer make a sound of an old trial.
// The nodes themselves: graph.js.

import { AHEAD_SECONDS, FADE_SECONDS, Lockstep, cutSound } from "./graph.js";

const followers = {
  loading: ["ready", "ended"],
  ready: ["playing", "ended"],
  playing: ["ready", "ended"],
  ended: [],
};

/** The audio context of the whole test, and who plays on it. */
export class Stage {
  /** @param {number} sampleRate of the sounds: nothing is resampled by us */
  constructor(sampleRate) {
    this.sampleRate = sampleRate;
    this.performer = null;
    this.made = null;
  }

  /** Made when it is needed first: browsers want a click before. */
  get context() {
    this.made ??= new AudioContext({ sampleRate: this.sampleRate });
    return this.made;
  }

  get state() {
    return this.performer?.state ?? "idle";
  }

  /** Ends the performer before; the new one has the stage. */
  take(performer) {
    this.clear();
    this.performer = performer;
    return performer;
  }

  /** Silence, and nobody there. */
  clear() {
    this.performer?.end();
    this.performer = null;
  }
}

/** The states, and the way from one to the next. */
export class Performer {
  constructor(changed = () => {}) {
    this.state = "loading";
    this.changed = changed;
  }

  /** Whether it is in that state now. */
  go(state) {
    if (!followers[this.state].includes(state)) return false;
    this.state = state;
    return true;
  }

  get playing() {
    return this.state === "playing";
  }

  end() {
    if (this.playing) this.silence();
    this.go("ended");
  }
}

/** What the buttons of a trial do: choosing, stopping, the part that repeats, and the counts of what was heard. */
export class Player extends Performer {
  /**
   * @param {AudioContext} context
   * @param {number} count of sounds
   * @param {{restart?: boolean}} options restart: every switch starts the part again
   */
  constructor(context, count, { restart = false } = {}, changed = undefined) {
    super(changed);
    this.context = context;
    this.restart = restart;
    this.sounds = null;
    this.frames = 0;
    this.from = 0;
    this.to = 0;
    this.at = 0; // where the next start begins, in frames of the whole sound
    this.running = null;
    this.current = 0;
    this.plays = Array.from({ length: count }, () => 0);
    this.switches = 0;
    this.looped = false;
  }

  /** @param {AudioBuffer[]} sounds of equal length */
  load(sounds) {
    if (!this.go("ready")) return;
    this.sounds = sounds;
    this.frames = this.to = sounds[0].length;
    const most = this.context.destination.maxChannelCount;
    const wanted = Math.max(2, ...sounds.map((sound) => sound.numberOfChannels));
    if (most >= wanted) this.context.destination.channelCount = wanted;
    this.changed();
  }

  heardAll() {
    return this.plays.every((count) => count > 0);
  }

  choose(index) {
    if (this.state !== "ready" && !this.playing) return;
    this.context.resume();
    this.plays[index] += 1;
    const before = this.current;
    this.current = index;
    if (!this.playing) {
      this.begin();
    } else {
      if (index !== before) this.switches += 1;
      if (this.restart) this.again(this.from);
      else this.running.choose(index);
    }
    this.changed();
  }

  toggle() {
    if (this.playing) this.stop();
    else this.choose(this.current);
  }

  stop() {
    if (!this.playing) return;
    this.silence();
    this.go("ready");
    this.at = this.from;
    this.changed();
  }

  /** Frames from ... to repeat; all sounds start again together. */
  setPart(from, to) {
    if (from === this.from && to === this.to) return;
    this.from = from;
    this.to = to;
    if (from > 0 || to < this.frames) this.looped = true;
    if (this.playing) this.again(from);
    this.at = from;
    this.changed();
  }

  /** To that frame, or to the nearest within the part that repeats. */
  seek(frame) {
    const within = Math.min(Math.max(Math.round(frame), this.from), this.to - 1);
    if (this.playing) this.again(within);
    else this.at = within;
    this.changed();
  }

  /** Frame that is being heard, or at which the next start begins. */
  position() {
    return this.playing ? this.from + this.running.position() : this.at;
  }

  /** Once more from a frame: the old sources are silent when the new ones begin. */
  again(frame) {
    const silent = this.silence();
    this.at = frame;
    this.begin(silent);
  }

  /** The only place where sources start. */
  begin(after = undefined) {
    if (!this.playing && !this.go("playing")) return;
    const fade = Math.round(FADE_SECONDS * this.context.sampleRate);
    const parts = this.sounds.map((sound) => cutSound(sound, this.from, this.to, fade));
    this.running = new Lockstep(this.context, parts);
    this.running.start(this.current, after, this.at - this.from);
  }

  /** @returns {number} when it is silent */
  silence() {
    const time = this.running.stop() + this.running.fade;
    this.running = null;
    return time;
  }
}

/** A tone of 1 kHz at the loudness of the test. It is heard on both sides: a sine of amplitude a has 20 log a LUFS. */
export class Tone extends Performer {
  constructor(context, lufs, changed) {
    super(changed);
    this.context = context;
    this.amplitude = Math.min(0.9, 10 ** (lufs / 20));
    this.oscillator = null;
    this.go("ready");
  }

  toggle() {
    if (this.playing) {
      this.silence();
      this.go("ready");
    } else if (this.go("playing")) {
      this.context.resume();
      this.oscillator = this.context.createOscillator();
      this.oscillator.frequency.value = 1000;
      this.gain = this.context.createGain();
      this.gain.gain.value = 0;
      this.oscillator.connect(this.gain).connect(this.context.destination);
      this.oscillator.start();
      this.gain.gain.setTargetAtTime(this.amplitude, this.context.currentTime + AHEAD_SECONDS, 0.02);
    }
    this.changed();
  }

  silence() {
    const time = this.context.currentTime + AHEAD_SECONDS;
    this.gain.gain.setTargetAtTime(0, time, 0.02);
    this.oscillator.stop(time + 0.2);
  }
}
