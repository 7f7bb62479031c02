// The sounds of a trial in lockstep: all of them run all the time, each behind a gain of its own, and choosing one moves
// gains only, so that they cannot come apart. A change is 5 ms down, then 5 ms up, and never a cross-fade (ITU-R
// BS.1534-3, 5.3); choosing the one that plays already makes the same dip, so that the ear learns nothing from it. Written
// over BaseAudioContext: the tests run the same code in an OfflineAudioContext and compare samples. Who may use it when:
// player.js.

/** Length of each half of a switch. */
export const FADE_SECONDS = 0.005;
/** How far ahead of the context's clock a change is written, which may be one block behind the hardware. */
export const AHEAD_SECONDS = 0.01;

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

/** The same of every channel; the sound itself where nothing is cut off. */
export function cutSound(sound, from, to, fadeFrames) {
  if (from === 0 && to === sound.length) return sound;
  const part = new AudioBuffer({ numberOfChannels: sound.numberOfChannels, length: to - from, sampleRate: sound.sampleRate });
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    part.copyToChannel(cutPart(sound.getChannelData(channel), from, to, fadeFrames), channel);
  }
  return part;
}

/** A set of sounds of equal length that runs from `start` to `stop`. Used once. */
export class Lockstep {
  /**
   * @param {BaseAudioContext} context
   * @param {AudioBuffer[]} sounds of equal length, at the context's rate, with any number of channels
   */
  constructor(context, sounds) {
    this.context = context;
    this.rate = context.sampleRate;
    this.fadeFrames = Math.round(FADE_SECONDS * this.rate);
    this.fade = this.fadeFrames / this.rate;
    this.selected = null;
    this.free = 0; // when the last change is over
    this.frames = sounds[0].length;
    this.offset = 0;
    // Behind all of them, so that the end need not wait for changes that are written already.
    this.master = context.createGain();
    this.master.connect(context.destination);
    this.voices = sounds.map((buffer) => {
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.loop = true;
      const gain = context.createGain();
      gain.gain.value = 0; // before any automation: its default of 1 would let one sample through
      source.connect(gain).connect(this.master);
      return { source, gain };
    });
  }

  /** On a sample, and not in the past. */
  grid(wanted) {
    return Math.ceil((wanted ?? this.context.currentTime + AHEAD_SECONDS) * this.rate - 1e-6) / this.rate;
  }

  /** The next moment for a change: after the change before it, since automation curves must not touch. */
  next(wanted) {
    const quantum = 128 / this.rate;
    return this.grid(Math.max(wanted ?? this.context.currentTime + AHEAD_SECONDS, this.free + quantum));
  }

  /** All sounds begin at the same sample, `offset` frames into them; one of them is heard. */
  start(index, wanted, offset = 0) {
    const time = this.next(wanted);
    for (const voice of this.voices) voice.source.start(time, offset / this.rate);
    this.began = time;
    this.offset = offset;
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

  /** Down, and over: at once, whatever changes were still to come. */
  stop(wanted) {
    const time = this.grid(wanted);
    this.master.gain.setValueCurveAtTime(fadeOut(this.fadeFrames), time, this.fade);
    for (const voice of this.voices) voice.source.stop(time + this.fade);
    return time;
  }

  /** Frames from the beginning of the sounds, modulo their length. */
  position() {
    const frames = Math.max(0, (this.context.currentTime - this.began) * this.rate);
    return (this.offset + frames) % this.frames;
  }
}
