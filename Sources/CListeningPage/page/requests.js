// Asking for files and answers until they come, and the ids of sessions: what a page has in common with and without a server
// (server.js, static.js).

/** An answer that is not a success. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** The same again would be refused again. */
  get isFinal() {
    return this.status < 500 && this.status !== 408 && this.status !== 429;
  }
}

/** @returns {Promise<Response>} of a success; a server of ours says in words why it is none */
export async function request(path, options = {}) {
  const response = await fetch(path, options);
  if (!response.ok) {
    const body = await response.json().catch(() => ({}));
    throw new Refusal(response.status, body.error ?? `${path}: ${response.status}`);
  }
  return response;
}

export const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/**
 * Again after a pause until the network answers; what is refused is thrown.
 * @param {(is: boolean) => void} troubled told when it does not work, and when that is over
 */
export async function untilAnswered(ask, troubled) {
  let pause = 0;
  try {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (error instanceof Refusal && error.isFinal) throw error;
        if (!pause) troubled(true);
        pause = Math.min(10, pause * 2 || 1);
        await wait(pause);
      }
    }
  } finally {
    if (pause) troubled(false);
  }
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** 32 hexadecimal digits. */
export const newID = () => hex(crypto.getRandomValues(new Uint8Array(16)));
