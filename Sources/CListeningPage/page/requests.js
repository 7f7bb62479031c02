// Asking for files and answers, and the ids of sessions: what a page has in common with and without a server (server.js,
// static.js).

/** An answer that is not a success. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
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

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** 32 hexadecimal digits. */
export const newID = () => hex(crypto.getRandomValues(new Uint8Array(16)));
