// In the place of server.js where a test lies on a static host (synth listen export --static): trials and sounds come from files,
// answers stay in this browser, and the listener saves a file with them to send back (Export/ReturnedFile.swift reads it). The
// same interface as server.js; what only this one has: `Session.returned`.

import { Refusal, hex, newID, request } from "./requests.js";

const get = async (path) => (await request(path, { cache: "no-cache" })).json();

let about;

export async function test() {
  about = await get("about.json");
  return about.test;
}

/** 0 ..< bound, each with the same probability. */
function draw(bound) {
  const whole = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const [bits] = crypto.getRandomValues(new Uint32Array(1));
    if (bits < whole) return bits % bound;
  }
}

export class Session {
  /** @param {string} key of the storage: one per test */
  constructor(key) {
    this.test = key;
    this.key = `synth-listen-static-${key}`;
    this.order = null;
    this.unsent = null; // what is answered is kept at once
    this.read();
  }

  /** What this browser keeps: another window may have gone on. */
  read() {
    this.kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
  }

  store() {
    localStorage.setItem(this.key, JSON.stringify(this.kept));
  }

  get id() {
    return this.kept?.session ?? null;
  }

  get ready() {
    return this.kept?.ready ?? false;
  }

  /** The volume was set and the practice trial done. */
  setReady() {
    this.read();
    this.kept.ready = true;
    this.store();
  }

  forget() {
    localStorage.removeItem(this.key);
    this.kept = this.order = null;
  }

  /** @param {string} returning the code of an earlier session of this person, or nothing */
  async begin(listener, returning) {
    const code = (returning ?? "").toLowerCase().replace(/[\s-]/g, "");
    if (code && !/^[0-9a-f]{8}$/.test(code)) throw new Refusal(422, "This is not a code.");
    this.read();
    if (!this.kept) {
      const started = new Date().toISOString().replace(/\.\d+/, "");
      this.kept = { session: newID(), order: draw(about.orders), listener, started, ready: false, told: [] };
      if (code) this.kept.returning = code;
      this.store();
    }
    return this.state();
  }

  /** What was told, of one kind. */
  all(kind) {
    return this.kept.told.filter(({ to }) => to === kind);
  }

  async state() {
    this.read();
    if (!this.kept) throw new Refusal(404, "There is no such session.");
    const { session, listener } = this.kept;
    const { trials, questionnaire, headphone_check } = about.test;
    const position = this.all("answer").length;
    const open = ["before", "after"].filter(
      (when) => questionnaire?.[when]?.length && !this.all("questionnaire").some(({ body }) => body.when === when),
    );
    if (headphone_check && !this.all("headphones").length) open.push("headphones");
    const code = session.slice(0, 8); // as a server gives it
    return { session, listener, code, position, trials, finished: position === trials, open };
  }

  /** What is not an answer to a trial: "questionnaire", "headphones" or "device". Gives the state after it. */
  async tell(what, body) {
    this.read();
    const last = this.all(what).at(-1);
    if (JSON.stringify(last?.body) !== JSON.stringify(body)) {
      this.kept.told.push({ type: "told", to: what, body });
      this.store();
    }
    return this.state();
  }

  /** @param {number} number from 0; -1 for the practice */
  async trial(number) {
    this.order ??= get(`orders/${this.kept.order}.json`);
    this.order.catch(() => (this.order = null));
    const order = await this.order;
    return number < 0 ? order.training : order.trials[number];
  }

  soundPath(id) {
    return `sounds/${id}`;
  }

  /** Keeps the answer. If another window answered this trial, that one stands. */
  async answer(reply) {
    const { sounds } = await this.trial(reply.trial);
    this.read();
    if (this.all("answer").length === reply.trial) {
      this.kept.told.push({ type: "told", to: "answer", sounds, body: reply });
      this.store();
    }
    return this.state();
  }

  async flush() {
    return this.state();
  }

  /** The file to send back: its name, its text, and what the makers of the test say about where to. */
  returned() {
    const { session, order, listener, started, returning, told } = this.kept;
    const header = { type: "returned", format_version: 1, test: this.test, order, session, listener, started, returning };
    const lines = [header, ...told].map((line) => `${JSON.stringify(line)}\n`);
    const sum = sha256(new TextEncoder().encode(lines.join("")));
    const end = { type: "end", lines: lines.length, sha256: sum };
    return { name: `answers-${session.slice(0, 8)}.txt`, text: `${lines.join("")}${JSON.stringify(end)}\n`, to: about.return_to ?? null };
  }
}

/** FIPS 180-4. The browser's own is only there on pages that came by https. */
export function sha256(bytes) {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  const constants = primes.map((prime) => fraction(Math.cbrt(prime)));
  const state = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  const padded = new Uint8Array((Math.floor((bytes.length + 8) / 64) + 1) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor((bytes.length * 8) / 2 ** 32));
  view.setUint32(padded.length - 4, (bytes.length * 8) >>> 0);
  const w = new Int32Array(64);
  for (let start = 0; start < padded.length; start += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(start + 4 * i);
    for (let i = 16; i < 64; i++) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i]) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] = (state[i] + value) | 0));
  }
  const result = new DataView(new ArrayBuffer(32));
  state.forEach((value, i) => result.setInt32(4 * i, value));
  return hex(new Uint8Array(result.buffer));
}
