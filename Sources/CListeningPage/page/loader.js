// Sounds on their way: the trial that is wanted now, with its progress, and the next one while a person listens. A trial is
// loaded once, whoever asks first. What the bytes are: `decode`.

import { request, untilAnswered } from "./requests.js";

/** The bytes of a response, with progress as they come. A length that belongs to packed bytes says nothing about these. */
async function bytesOf(response, received) {
  const packed = response.headers.get("Content-Encoding") !== null;
  const total = packed ? null : Number(response.headers.get("Content-Length")) || null;
  const chunks = [];
  let count = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    count += value.length;
    received(count, total);
  }
  if (total !== null && count !== total) throw new TypeError("the connection ended early");
  return new Blob(chunks).arrayBuffer();
}

/** A sound that came whole, and that this browser cannot read: no network mends that. */
export class Unplayable extends Error {}

/** One trial of a session on its way. */
class Load {
  /** @param {number} number of the trial, from 0; -1 for the practice */
  constructor(session, number, decode) {
    this.number = number;
    this.parts = [];
    this.troubled = false;
    this.listeners = new Set();
    this.ready = false;
    this.done = this.run(session, decode).finally(() => this.tell());
    this.done.catch(() => {}); // of a trial that nobody came to; whoever comes awaits `done` itself
  }

  async run(session, decode) {
    const troubled = (is) => {
      this.troubled = is;
      this.tell();
    };
    const info = await untilAnswered(() => session.trial(this.number), troubled);
    this.parts = info.sounds.map(() => ({ count: 0, total: null }));
    const sounds = await Promise.all(
      info.sounds.map(async (id, index) => {
        const received = (count, total) => {
          this.parts[index] = { count, total };
          this.tell();
        };
        const bytes = await untilAnswered(async () => bytesOf(await request(session.soundPath(id)), received), troubled);
        try {
          return await decode(bytes);
        } catch (error) {
          throw new Unplayable(error.message, { cause: error });
        }
      }),
    );
    this.ready = true;
    return { info, sounds };
  }

  /** From 0 to 1; sounds that have not begun are taken for as long as the others. Always 0 where nobody says lengths. */
  get progress() {
    const begun = this.parts.filter((part) => part.total !== null);
    const total = begun.reduce((sum, part) => sum + part.total, 0);
    const count = begun.reduce((sum, part) => sum + part.count, 0);
    return total > 0 ? (count / total) * (begun.length / this.parts.length) : 0;
  }

  tell() {
    for (const listener of this.listeners) listener(this);
  }
}

export class Loader {
  /** @param {(bytes: ArrayBuffer) => Promise<AudioBuffer>} decode */
  constructor(session, decode) {
    this.session = session;
    this.decode = decode;
    this.loads = new Map();
  }

  /** The trial, begun to load if it is not yet. */
  get(number) {
    if (!this.loads.has(number)) {
      const load = new Load(this.session, number, this.decode);
      this.loads.set(number, load);
      load.done.catch(() => this.loads.delete(number));
    }
    return this.loads.get(number);
  }

  /** Those before it are over: their sounds take memory. */
  keepFrom(number) {
    for (const key of this.loads.keys()) if (key < number) this.loads.delete(key);
  }
}

/**
 * A sound at the test's rate: exactly the samples of the file, since nothing is resampled. The context is one that never
 * plays, so that no click is needed before.
 */
export function decode(bytes, sampleRate) {
  return new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(bytes);
}
