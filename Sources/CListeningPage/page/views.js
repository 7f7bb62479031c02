// Showing a view of the page, one at a time, and what all views share: the heading of a step, the busy view, the keyboard.
// The views themselves are templates in index.html.

import { put, translate } from "./language.js";

export const byID = (id) => document.getElementById(id);
export const main = byID("main");

let keys = null; // what the keyboard does in this view

/** @param {((event: KeyboardEvent) => void) | null} obey until the next view */
export function setKeys(obey) {
  keys = obey;
}

document.addEventListener("keydown", (event) => {
  if (keys && !event.repeat) keys(event);
});

/** Shows a view from its top; gives what finds its elements by name. */
export function show(id) {
  setKeys(null);
  const view = byID(id).content.cloneNode(true);
  translate(view);
  main.replaceChildren(view);
  window.scrollTo(0, 0);
  return (name) => main.querySelector(`[data-${name}]`);
}

/** Waits for the view's form. */
export function submitted(form) {
  return new Promise((done) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      done();
    });
  });
}

export function focus(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

export function step(key, values = {}, done = null) {
  put(byID("step"), key, values);
  const progress = byID("progress");
  progress.hidden = done === null;
  if (done !== null) progress.value = done;
}

/** What one sees while nothing can be done: at once, and with numbers where there are any. */
export function busy(key) {
  const part = show("busy");
  put(part("what"), key);
  focus(part("busy"));
  return {
    progress(share) {
      part("bar").hidden = part("percent").hidden = false;
      part("bar").value = share;
      put(part("percent"), "loading.percent", { percent: Math.floor(100 * share) });
    },
    troubled: (is) => put(byID("status"), is ? (key === "loading.storing" ? "loading.unsent" : "loading.trying") : null),
  };
}
