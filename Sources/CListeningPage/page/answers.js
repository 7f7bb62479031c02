// The controls for an answer, one kind per method: choices (abx, ab, mos, dcr, cmos) or sliders (multi, mushra, abchr). Each
// gives the members of a reply by positions, or says what is still missing.

import { decimal, put } from "./language.js";

const numbered = (words, values) => values.map((value) => ({ value, shown: signed(value), words: `${words}.${value}` }));
const signed = (value) => (value < 0 ? `−${-value}` : `${value}`);

const choices = {
  abx: { name: "chosen", options: [{ value: 0, shown: "A" }, { value: 1, shown: "B" }] },
  ab: { name: "preferred", options: [{ value: 0, shown: "A" }, { value: -1, words: "answer.same" }, { value: 1, shown: "B" }] },
  mos: { name: "rating", options: numbered("quality", [1, 2, 3, 4, 5]) },
  dcr: { name: "rating", options: numbered("degradation", [1, 2, 3, 4, 5]) },
  cmos: {
    name: "rating",
    options: numbered("compared", [-3, -2, -1, 0, 1, 2, 3]).map((one) =>
      one.value > 0 ? { ...one, shown: `+${one.value}` } : one),
  },
};

/** Words stand between grid lines where they name a range (BS.1534-3), on them where they name a point (BS.1116-3). */
const scales = {
  multi: { min: 0, max: 100, step: 1, digits: 0, words: "quality", between: true },
  mushra: { min: 0, max: 100, step: 1, digits: 0, words: "quality", between: true },
  abchr: { min: 1, max: 5, step: 0.1, digits: 1, words: "impairment", between: false },
};

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Radio buttons. They stay locked until every sound was heard. */
class Choices {
  constructor(method, fieldset, changed) {
    const { name, options } = choices[method];
    this.name = name;
    this.isScale = name === "rating";
    put(fieldset.querySelector("legend"), `answer.${method}`);
    const box = element("div", { class: options.length > 3 ? "choices many" : "choices" });
    this.inputs = options.map(({ value, shown, words }) => {
      const input = element("input", { type: "radio", name: "answer", value, disabled: "" });
      input.addEventListener("change", changed);
      const label = element("label", { class: "choice" }, input);
      if (shown) label.append(element("span", {}, shown));
      if (words) {
        const said = element(shown ? "small" : "span");
        put(said, words);
        label.append(said);
      }
      box.append(label);
      return input;
    });
    fieldset.append(box);
  }

  update(player) {
    const locked = !player.heardAll();
    for (const input of this.inputs) input.disabled = locked;
  }

  /** Takes the answer of that value, if it may be given yet. */
  take(value) {
    const input = this.inputs.find((one) => Number(one.value) === value);
    if (!input || input.disabled) return;
    input.focus({ preventScroll: true });
    input.click();
  }

  /** The next on the scale; from nothing to its middle. */
  step(by) {
    const at = this.inputs.findIndex((input) => input.checked);
    const next = at < 0 ? (this.inputs.length - 1) / 2 : at + by;
    if (this.inputs[next]) this.take(Number(this.inputs[next].value));
  }

  missing() {
    return this.inputs.some((input) => input.checked) ? null : ["trial.choose"];
  }

  reply() {
    return { [this.name]: Number(this.inputs.find((input) => input.checked).value) };
  }
}

/** One slider beside each sound's button; only the one of the sound that plays moves (BS.1534-3, 5.4). */
class Sliders {
  constructor(method, rows, changed) {
    this.scale = scales[method];
    const { min, max, step } = this.scale;
    this.sliders = rows.map(({ cell, row, label, index }) => {
      const input = element("input", { type: "range", min, max, step, value: (min + max) / 2, disabled: "" });
      put(input, "sound.rating", { sound: [label] }, "label");
      put(input, "rating.none", {}, "value");
      const value = element("output", { class: "value" }, "–");
      const slider = { input, value, index, label, rated: false };
      const touched = () => {
        slider.rated = true;
        this.show(slider);
        changed();
      };
      input.addEventListener("input", touched);
      input.addEventListener("pointerup", touched); // a rating in the very middle
      cell.append(input);
      row.append(value);
      return slider;
    });
  }

  show({ input, value }) {
    const { min, max, digits, words, between } = this.scale;
    const rating = Number(input.value);
    value.textContent = decimal(rating, digits);
    const share = (rating - min) / (max - min);
    const place = between ? Math.min(5, Math.floor(share * 5) + 1) : Math.round(share * 4) + 1;
    put(input, "rating.value", { value: decimal(rating, digits), words: { key: `${words}.${place}` } }, "value");
  }

  update(player) {
    for (const slider of this.sliders) slider.input.disabled = !player.playing || player.current !== slider.index;
  }

  /** The sound's slider is ready for the arrow keys. */
  focus(index) {
    this.sliders.find((slider) => slider.index === index)?.input.focus({ preventScroll: true });
  }

  missing() {
    const sounds = this.sliders.filter((slider) => !slider.rated).map((slider) => slider.label);
    return sounds.length ? ["trial.notRated", { sounds }] : null;
  }

  reply() {
    return { ratings: this.sliders.map((slider) => Number(slider.input.value)) };
  }
}

/** The five words above the sliders, and the grid that goes on through every row. */
function words({ words, between }) {
  const box = element("div", { class: between ? "words between" : "words", "aria-hidden": "true" });
  for (const place of [1, 2, 3, 4, 5]) {
    const word = element("span");
    put(word, `${words}.${place}`);
    box.append(word);
  }
  return box;
}

/**
 * Buttons for the sounds and controls for the answer.
 * @returns {{buttons: HTMLButtonElement[], answer: Choices | Sliders}}
 */
export function build(method, labels, box, fieldset, choose, changed) {
  const scale = scales[method];
  const buttons = labels.map((label, index) => {
    const button = element("button", { type: "button", class: "sound", "aria-pressed": "false" });
    const name = element("span", { class: "name" });
    if (label === "Reference") {
      button.classList.add("reference");
      put(name, "sound.reference");
    } else name.textContent = label;
    const state = element("span", { class: "state" });
    button.append(name, state);
    button.addEventListener("click", () => choose(index));
    return button;
  });
  if (!scale) {
    box.append(...buttons);
    return { buttons, answer: new Choices(method, fieldset, changed) };
  }
  fieldset.hidden = true;
  box.classList.add("rated");
  box.append(element("div", { class: "row head" }, element("span"), words(scale), element("span")));
  const rows = buttons.map((button, index) => {
    const row = element("div", { class: "row" }, button);
    if (labels[index] === "Reference") {
      row.classList.add("open");
      return { row, label: labels[index], index };
    }
    const cell = element("div", { class: scale.between ? "slide between" : "slide" });
    row.append(cell);
    return { row, cell, label: labels[index], index };
  });
  box.append(...rows.map(({ row }) => row));
  return { buttons, answer: new Sliders(method, rows.filter(({ cell }) => cell), changed) };
}
