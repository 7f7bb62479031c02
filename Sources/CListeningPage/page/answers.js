// The controls for an answer, one kind per method: choices (abx, ab, mos, cmos) or sliders (multi, mushra, abchr). Each
// gives the members of a reply by positions, or says what is still missing.

const choices = {
  abx: { legend: "X is", name: "chosen", many: false, options: [[0, "A"], [1, "B"]] },
  ab: { legend: "Better is", name: "preferred", many: false, options: [[0, "A"], [-1, "No preference"], [1, "B"]] },
  mos: {
    legend: "Your opinion", name: "rating", many: true,
    options: [[1, "1", "bad"], [2, "2", "poor"], [3, "3", "fair"], [4, "4", "good"], [5, "5", "excellent"]],
  },
  cmos: {
    legend: "B is", name: "rating", many: true,
    options: [
      [-3, "−3", "much worse"], [-2, "−2", "worse"], [-1, "−1", "slightly worse"], [0, "0", "the same"],
      [1, "+1", "slightly better"], [2, "+2", "better"], [3, "+3", "much better"],
    ],
  },
};

const quality = ["bad", "poor", "fair", "good", "excellent"];
const impairment = ["very annoying", "annoying", "slightly annoying", "not annoying", "imperceptible"];
const scales = {
  multi: { min: 0, max: 100, step: 1, words: quality },
  mushra: { min: 0, max: 100, step: 1, words: quality },
  abchr: { min: 1, max: 5, step: 0.1, words: impairment },
};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Radio buttons. They stay locked until every sound was heard. */
class Choices {
  constructor(method, fieldset, changed) {
    const { legend, name, many, options } = choices[method];
    this.name = name;
    fieldset.querySelector("legend").textContent = legend;
    const box = element("div", { class: many ? "choices many" : "choices" });
    this.inputs = options.map(([value, label, words]) => {
      const input = element("input", { type: "radio", name: "answer", value, disabled: "" });
      input.addEventListener("change", changed);
      const text = element("label", { class: "choice" }, input, label);
      if (words) text.append(element("small", {}, words));
      box.append(text);
      return input;
    });
    fieldset.append(box);
  }

  update(player) {
    const locked = !player.heardAll();
    for (const input of this.inputs) input.disabled = locked;
  }

  /** The key's answer, if it is one. */
  key(key) {
    const wanted = { a: "0", b: "1" }[key];
    const input =
      this.name === "rating" ? null : this.inputs.find((one) => one.value === wanted && !one.disabled);
    if (!input) return false;
    input.focus();
    input.click();
    return true;
  }

  missing() {
    return this.inputs.some((input) => input.checked) ? null : "Choose your answer.";
  }

  reply() {
    return { [this.name]: Number(this.inputs.find((input) => input.checked).value) };
  }
}

/** One slider beside each sound's button; only the one of the sound that plays moves (BS.1534-3, 5.4). */
class Sliders {
  constructor(method, rows, changed) {
    const { min, max, step } = scales[method];
    this.digits = step < 1 ? 1 : 0;
    this.sliders = rows.map(({ row, label, index }) => {
      const middle = (min + max) / 2;
      const input = element("input", { type: "range", min, max, step, value: middle, disabled: "", "aria-label": `Rating of ${label}` });
      const value = element("output", { class: "value" }, "–");
      const slider = { input, value, index, label, rated: false };
      const touched = () => {
        slider.rated = true;
        value.textContent = Number(input.value).toFixed(this.digits);
        changed();
      };
      input.addEventListener("input", touched);
      input.addEventListener("pointerup", touched); // a rating in the very middle
      row.append(input, value);
      return slider;
    });
  }

  update(player) {
    for (const slider of this.sliders) slider.input.disabled = !player.playing || player.current !== slider.index;
  }

  /** The sound's slider is ready for the arrow keys. */
  focus(index) {
    this.sliders.find((slider) => slider.index === index)?.input.focus();
  }

  key() {
    return false;
  }

  missing() {
    const open = this.sliders.filter((slider) => !slider.rated).map((slider) => slider.label);
    return open.length ? `Not rated yet: ${open.join(", ")}.` : null;
  }

  reply() {
    return { ratings: this.sliders.map((slider) => Number(slider.input.value)) };
  }
}

/**
 * Buttons for the sounds and controls for the answer.
 * @returns {{buttons: HTMLButtonElement[], answer: Choices | Sliders}}
 */
export function build(method, labels, box, fieldset, choose, changed) {
  const scale = scales[method];
  const buttons = labels.map((label, index) => {
    const button = element("button", { type: "button", class: "sound", "aria-pressed": "false", "aria-label": `Sound ${label}` }, label);
    if (label.length > 3) button.classList.add("reference");
    button.addEventListener("click", () => choose(index));
    return button;
  });
  if (!scale) {
    box.append(...buttons);
    return { buttons, answer: new Choices(method, fieldset, changed) };
  }
  box.className = "rated";
  const rows = buttons.map((button, index) => ({ row: element("div", { class: "row" }, button), label: labels[index], index }));
  box.append(...rows.map(({ row }) => row));
  box.append(element("div", { class: "bands", "aria-hidden": "true" }, ...scale.words.map((word) => element("span", {}, word))));
  const rated = rows.filter(({ label }) => label !== "Reference");
  return { buttons, answer: new Sliders(method, rated, changed) };
}
