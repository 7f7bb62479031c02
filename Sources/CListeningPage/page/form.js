// The questions before and after the trials, as whoever made the test wrote them. The server checks the answers again.

import { element } from "./answers.js";
import { put } from "./language.js";

let count = 0;

/** The control of a question, and what reads and judges it. */
function control(question) {
  const name = `question-${(count += 1)}`;
  if (question.type === "text") {
    const field = question.lines > 1
      ? element("textarea", { rows: question.lines, maxlength: 4000 })
      : element("input", { type: "text", maxlength: 4000, autocomplete: "off" });
    return { field, read: () => field.value.trim() || null, judge: () => null };
  }
  if (question.type === "number") {
    const field = element("input", { type: "text", inputmode: question.whole ? "numeric" : "decimal", autocomplete: "off" });
    const text = () => field.value.trim().replace(",", ".");
    const judge = () => {
      if (text() === "") return null;
      const value = Number(text());
      if (!Number.isFinite(value)) return ["form.number"];
      if (question.whole && !Number.isInteger(value)) return ["form.whole"];
      if (value < question.minimum) return ["form.from", { limit: question.minimum }];
      if (value > question.maximum) return ["form.to", { limit: question.maximum }];
      return null;
    };
    return { field, read: () => (text() === "" ? null : Number(text())), judge };
  }
  if (question.type === "consent") {
    const field = element("input", { type: "checkbox" });
    return { field, read: () => field.checked || (question.required ? null : false), judge: () => null };
  }
  const inputs = question.options.map((value) => element("input", { type: "radio", name, value }));
  const field = element("div", { class: "options" }, ...inputs.map((input) => element("label", { class: "option" }, input, element("span", {}, input.value))));
  return { field, inputs, read: () => inputs.find((input) => input.checked)?.value ?? null, judge: () => null };
}

/** One question with its words, its control, and the place for what is wrong. */
function build(question) {
  const made = control(question);
  const problem = element("p", { class: "problem", id: `problem-${count}` });
  const targets = made.inputs ?? [made.field];
  for (const target of targets) target.setAttribute("aria-describedby", problem.id);
  const words = element("span", { class: "asked" }, question.text);
  const extra = element("span", { class: "quiet" });
  if (!question.required && question.type !== "consent") put(extra, "form.optional");
  let box;
  if (made.inputs) box = element("fieldset", { class: "field" }, element("legend", {}, words, " ", extra), made.field, problem);
  else if (question.type === "consent") box = element("div", { class: "field" }, element("label", { class: "option" }, made.field, words), problem);
  else box = element("div", { class: "field" }, element("label", {}, words, " ", extra, made.field), problem);
  const judge = () => {
    const missing = question.required && made.read() === null;
    const wrong = made.judge() ?? (missing ? [question.type === "consent" ? "form.consent" : "form.required"] : null);
    put(problem, ...(wrong ?? [null]));
    for (const target of targets) target.toggleAttribute("aria-invalid", wrong !== null);
    return wrong === null;
  };
  for (const target of targets) target.addEventListener("change", judge);
  return { question, box, judge, read: made.read, first: targets[0] };
}

/**
 * Puts the questions into the view.
 * @returns {Promise<Record<string, string | number | boolean>>} the answers by the questions' names
 */
export function askAll(questions, box, form) {
  const built = questions.map(build);
  box.append(...built.map((one) => one.box));
  return new Promise((done) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wrong = built.filter((one) => !one.judge());
      if (wrong.length) return wrong[0].first.focus();
      const answers = built.map(({ question, read }) => [question.id, read()]).filter(([, value]) => value !== null);
      done(Object.fromEntries(answers));
    });
  });
}
