// The page in the listener's language. All its words are in strings/, one file for each language; an element holds the key
// of its words, so that another language can be chosen at any moment without losing where one is. What the makers of the
// test wrote (title, question, instructions, questionnaire) stays as they wrote it.

/** In their own names. */
export const languages = { en: "English", de: "Deutsch", es: "Español", fr: "Français", zh: "中文" };

let words = null;
let current = "en";

export const language = () => current;

/** The first language of the browser that there is, else English. */
export function preferred(wanted = navigator.languages) {
  const codes = wanted.map((tag) => tag.toLowerCase().split("-")[0]);
  return codes.find((code) => code in languages) ?? "en";
}

/** The language that was chosen on this page, for every test. */
export const chosenLanguage = {
  key: "synth-listen-language",
  get() {
    try {
      return localStorage.getItem(this.key);
    } catch {
      return null; // the session will say that nothing can be kept here
    }
  },
  set(code) {
    localStorage.setItem(this.key, code);
  },
};

/** From now on in that language, what is on the page already too. */
export async function use(code) {
  words = (await import(`./strings/${code}.js`)).default;
  current = code;
  document.documentElement.lang = code === "zh" ? "zh-Hans" : code;
  translate(document);
}

/** Sounds are called by letters and numbers in every language; the reference has a word. */
export const soundName = (label) => (label === "Reference" ? text("sound.reference") : label);

/** The words of a key. {name} is replaced by a value: a number, a text, a list of sounds, or other words by their key. */
export function text(key, values = {}) {
  const template = words[key];
  if (template === undefined) throw new Error(`There are no words for ${key}.`);
  return template.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

function shown(value) {
  if (Array.isArray(value)) return value.map(soundName).join(text("list.comma"));
  if (typeof value === "object") return text(value.key);
  if (typeof value === "number") return value.toLocaleString(current, { maximumFractionDigits: 1 });
  return value;
}

/** A number with so many digits behind the point, or the comma. */
export const decimal = (value, digits) =>
  value.toLocaleString(current, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Seconds with one digit behind it. */
export const seconds = (value) => decimal(value, 1);

const places = { t: "textContent", label: "aria-label", title: "title", value: "aria-valuetext" };

/** Gives an element the words of a key, as its text or as one of its attributes; null takes them away. */
export function put(element, key, values = {}, place = "t") {
  const name = place === "t" ? "t" : `t${place[0].toUpperCase()}${place.slice(1)}`;
  if (key === null) {
    delete element.dataset[name];
    if (place === "t") element.textContent = "";
    else element.removeAttribute(places[place]);
    return;
  }
  element.dataset[name] = JSON.stringify([key, values]);
  apply(element, key, values, place);
}

function apply(element, key, values, place) {
  const said = text(key, values);
  if (place !== "t") element.setAttribute(places[place], said);
  else if (element.textContent !== said) element.textContent = said; // a live region speaks at every change
}

/** Everything below `root` that has a key. In the HTML a key stands alone, where `put` wrote it with its values. */
export function translate(root) {
  for (const [place, attribute] of [["t", "data-t"], ["label", "data-t-label"], ["title", "data-t-title"], ["value", "data-t-value"]]) {
    for (const element of root.querySelectorAll(`[${attribute}]`)) {
      const held = element.getAttribute(attribute);
      const [key, values] = held.startsWith("[") ? JSON.parse(held) : [held, {}];
      apply(element, key, values, place);
    }
  }
}
