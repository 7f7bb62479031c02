// Talking to the server, and what survives a reload or a crash of either side: the session's id and an answer that is not
// yet acknowledged. An answer counts as given when the server has said so; until then it is kept here and sent again.

import { Refusal, newID, request, untilAnswered } from "./requests.js";

const get = async (path) => (await request(path, { cache: "no-store" })).json();
const post = async (path, body) =>
  (
    await request(path, {
      method: "POST",
      cache: "no-store",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    })
  ).json();

export const test = () => get("test");

export class Session {
  /** @param {string} key of the storage: one per test */
  constructor(key) {
    this.key = `synth-listen-${key}`;
    const stored = JSON.parse(localStorage.getItem(this.key) ?? "null");
    this.id = stored?.id ?? null;
    this.unsent = stored?.unsent ?? null;
    this.ready = stored?.ready ?? false;
  }

  /** The volume was set and the practice trial done. */
  setReady() {
    this.ready = true;
    this.store();
  }

  store() {
    localStorage.setItem(this.key, JSON.stringify({ id: this.id, unsent: this.unsent, ready: this.ready }));
  }

  forget() {
    localStorage.removeItem(this.key);
    this.id = this.unsent = null;
    this.ready = false;
  }

  /**
   * Begins a session. The id is ours and stored first, so that asking twice makes one session.
   * @param {string} returning the code of an earlier session of this person, or nothing
   */
  async begin(listener, returning) {
    if (!this.id) {
      this.id = newID();
      this.store();
    }
    try {
      return await post("session", { session: this.id, listener, ...(returning ? { returning } : {}) });
    } catch (error) {
      if (error instanceof Refusal && error.status < 500) this.forget(); // there is no such session
      throw error;
    }
  }

  /** What is not an answer to a trial: "questionnaire", "headphones" or "device". Gives the state after it. */
  tell(what, body) {
    return post(`session/${this.id}/${what}`, body);
  }

  state() {
    return get(`session/${this.id}`);
  }

  /** @param {number} number the present trial or the one after it; -1 for the practice */
  trial(number) {
    return get(`session/${this.id}/${number < 0 ? "training" : `trial/${number}`}`);
  }

  soundPath(id) {
    return `session/${this.id}/audio/${id}`;
  }

  /**
   * Keeps the answer, then sends it until the server has it.
   * @returns the state of the session after it
   */
  async answer(reply, troubled) {
    this.unsent = reply;
    this.store();
    return this.flush(troubled);
  }

  /** Sends what is unsent. `troubled` is told whether it works at present. */
  async flush(troubled) {
    let state;
    try {
      state = await untilAnswered(() => post(`session/${this.id}/answer`, this.unsent), troubled);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // This trial was answered in another window, or this is no answer to it: sent again it would be refused for ever. What
      // the server has stands; if it does not say that, the answer stays.
      state = await untilAnswered(() => this.state(), troubled);
    }
    this.unsent = null;
    this.store();
    return state;
  }
}
