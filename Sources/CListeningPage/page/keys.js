// What the keyboard does in a trial: one list, from which the keys are both obeyed and explained, so that the keys that are
// listed are the keys. Controls keep the keys that are their own.

import { element } from "./answers.js";
import { put } from "./language.js";

/** Where writing or choosing takes every key: nothing is ours there. */
const ownsEverything = "textarea, select, summary, input[type=text], input[type=number]";

/**
 * The keys of a trial.
 * @returns {{shown: (string | [string])[], words: string, of: (key: string) => (() => void) | null}[]} shown: the key
 *   caps; in brackets the key of a word
 */
export function keyList(method, labels, buttons, answer, player, form) {
  const open = labels.indexOf("Reference");
  const others = labels.map((_, index) => index).filter((index) => index !== open);
  const list = [];
  const exact = (keys, run) => (key) => (keys.includes(key) ? () => run(keys.indexOf(key)) : null);
  const listen = (index) => {
    buttons[index].focus({ preventScroll: true });
    buttons[index].click();
  };
  const digits = (count) => Array.from({ length: Math.min(9, count) }, (_, index) => `${index + 1}`);
  const range = (keys) => (keys.length > 1 ? [keys[0], "–", keys.at(-1)] : keys);

  if (open >= 0) list.push({ shown: ["0"], words: "keys.reference", of: exact(["0"], () => listen(open)) });
  if (labels.length > 1) {
    const keys = digits(others.length);
    list.push({ shown: range(keys), words: "keys.choose", of: exact(keys, (place) => listen(others[place])) });
  } else {
    const keys = digits(answer.inputs.length);
    list.push({ shown: range(keys), words: "keys.rate", of: exact(keys, (place) => answer.take(place + 1)) });
  }
  if (method === "abx" || method === "ab") {
    list.push({ shown: ["A", "B"], words: "keys.rate", of: exact(["a", "b"], (place) => answer.take(place)) });
  }
  if (method === "ab") list.push({ shown: ["0"], words: "keys.none", of: exact(["0"], () => answer.take(-1)) });
  if (answer.sliders) list.push({ shown: ["←", "→"], words: "keys.slide", of: () => null }); // the slider's own
  else if (answer.isScale) {
    const keys = ["arrowleft", "arrowright"];
    list.push({ shown: ["←", "→"], words: "keys.step", of: exact(keys, (place) => answer.step(place ? 1 : -1)) });
  }
  list.push({
    shown: [["keys.space"]], words: "keys.play",
    of: (key) => {
      const own = document.activeElement.matches("button:not(.sound), input[type=radio]:not(:checked)");
      return key === " " && !own ? () => player.toggle() : null;
    },
  });
  const second = player.context.sampleRate;
  list.push({
    shown: [",", "."], words: "keys.seek",
    of: exact([",", "."], (place) => player.seek(player.position() + (place ? second : -second))),
  });
  list.push({
    shown: [["keys.enter"]], words: "keys.next",
    of: (key) => (key === "enter" && !document.activeElement.matches("button") ? () => form.requestSubmit() : null),
  });
  return list;
}

/** What stands in the list, for people. */
export function explain(list, box) {
  for (const { shown, words } of list) {
    const item = element("li");
    for (const cap of shown) {
      if (cap === "–") {
        item.append("–");
        continue;
      }
      const key = element("kbd");
      if (Array.isArray(cap)) put(key, cap[0]);
      else key.textContent = cap;
      item.append(key);
    }
    const said = element("span");
    put(said, words);
    item.append(" ", said);
    box.append(item);
  }
}

/** Does what a key means in the list. */
export function obey(list, event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const focus = document.activeElement;
  if (focus.matches(ownsEverything)) return;
  const key = event.key.toLowerCase();
  if (key.startsWith("arrow") && focus.matches("input")) return; // radio buttons, sliders and handles know them
  for (const { of } of list) {
    const run = of(key);
    if (!run) continue;
    event.preventDefault();
    run();
    return;
  }
}
