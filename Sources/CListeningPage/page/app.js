// The way through a test: welcome, questions, headphones, volume, practice, trials, questions, thanks. After a reload it goes
// on where the server says. The steps beside the trials: steps.js; a trial: trial.js; sound: player.js; storage and network:
// server.js, loader.js; words: language.js.

import { obey } from "./keys.js";
import { chosenLanguage, language, languages, preferred, put, text, use } from "./language.js";
import { Loader, Unplayable, decode } from "./loader.js";
import { Player, Stage } from "./player.js";
import { Refusal } from "./requests.js";
import { offer } from "./returned.js";
import { Session, test } from "./server.js";
import { device, headphones, questions, volume } from "./steps.js";
import { ask } from "./trial.js";
import * as views from "./views.js";

const { byID, busy, focus, main, show, step, submitted } = views;

let plan;
let session;
let stage;
let loader;
let refused = null; // the trial whose answer the server did not take

async function welcome() {
  step(null);
  const part = show("welcome");
  const form = part("form");
  put(part("listening"), plan.method === "mos" ? "welcome.listen" : "welcome.switch");
  part("instructions").textContent = plan.instructions ?? "";
  part("instructions").hidden = !plan.instructions;
  for (;;) {
    await submitted(form);
    const code = part("again").open ? form.elements.code.value.trim() : "";
    put(part("problem"), null);
    try {
      return await session.begin(form.elements.listener.value.trim(), code);
    } catch (error) {
      if (!(error instanceof Refusal) || ![400, 422].includes(error.status)) throw error;
      const [words, field] = error.status === 400 ? ["problem.name", "listener"] : ["problem.code", "code"];
      put(part("problem"), words);
      form.elements[field].focus();
    }
  }
}

/** The trial's sounds, and meanwhile how far they are. */
async function loaded(number) {
  const load = loader.get(number);
  if (load.ready) return load.done;
  const view = busy("loading.sounds");
  const tell = () => {
    if (load.ready) return;
    view.progress(load.progress);
    view.troubled(load.troubled);
  };
  load.listeners.add(tell);
  tell();
  try {
    return await load.done;
  } finally {
    load.listeners.delete(tell);
    view.troubled(false);
  }
}

/** @param {number} number from 0; -1 for the practice, after which `then` comes */
async function trial(number, then = number + 1) {
  stage.clear();
  const { trials } = plan;
  if (number < 0) step("step.practice", {}, 0);
  else step("step.trial", { number: number + 1, trials }, number / trials);
  const { info, sounds } = await loaded(number);
  const player = stage.take(new Player(stage.context, sounds.length, { restart: plan.restart }));
  player.load(sounds);
  loader.keepFrom(number);
  if (then < trials) loader.get(then);

  const part = show("trial");
  const answered = ask(part, plan, info, player, (list) => views.setKeys((event) => obey(list, event)));
  focus(part("question"));
  const isAgain = refused === number;
  if (isAgain) put(byID("status"), "problem.answer");
  const reply = await answered;
  if (isAgain) {
    put(byID("status"), null);
    refused = null;
  }
  stage.clear();
  if (number < 0) return null;
  return session.answer(reply, busy("loading.storing").troubled);
}

/** Trials until the server has them all. */
async function trials(state) {
  while (!state.finished) {
    const { position } = state;
    try {
      state = await trial(position);
      if (state.position === position) refused = position;
    } catch (error) {
      // Another window went on: what the server has stands.
      if (!(error instanceof Refusal)) throw error;
      state = await session.state();
      if (state.position === position) throw error;
    }
  }
  return state;
}

async function run() {
  plan = await test();
  await chooseLanguage();
  if (plan.title) {
    byID("title").textContent = document.title = plan.title;
    delete byID("title").dataset.t;
  } else document.title = text("title");
  session = new Session(plan.id);
  stage = new Stage(plan.sample_rate);
  loader = new Loader(session, (bytes) => decode(bytes, plan.sample_rate));
  let state = null;
  if (session.id) {
    try {
      const { unsent } = session;
      state = unsent ? await session.flush(busy("loading.storing").troubled) : await session.state();
      if (unsent?.trial === state.position) refused = state.position;
    } catch (error) {
      if (error.status === 404) session.forget(); // another folder, or the file was taken away
      else throw error;
    }
  }
  state ??= await welcome();
  const context = { plan, session, stage };
  const isNew = !session.ready && !state.finished;
  if (isNew) loader.get(-1);
  if (state.open.includes("before")) state = await questions(context, "before");
  if (!state.finished) device(context).catch((error) => console.error(error));
  if (isNew) {
    if (state.open.includes("headphones")) state = await headphones(context);
    await volume(context);
    await trial(-1, state.position);
    session.setReady();
  }
  state = await trials(state);
  if (state.open.includes("after")) state = await questions(context, "after");
  done(state);
}

/** The test's own language, or the one chosen here before, or the browser's. */
async function chooseLanguage() {
  const choice = byID("language");
  for (const [code, name] of Object.entries(languages)) choice.append(new Option(name, code));
  await use(plan.language ?? chosenLanguage.get() ?? preferred());
  choice.value = language();
  byID("language-field").hidden = Boolean(plan.language);
  choice.addEventListener("change", async () => {
    await use(choice.value);
    chosenLanguage.set(choice.value);
    if (!plan.title) document.title = text("title");
  });
}

function done(state) {
  step("step.done", {}, 1);
  const part = show("done");
  part("code").textContent = state.code ?? "";
  part("code-box").hidden = !state.code;
  const returned = session.returned?.(); // where no server has them
  if (returned) offer(part, returned);
  part("again").addEventListener("click", () => {
    session.forget();
    location.reload();
  });
  main.focus();
}

run().catch(async (error) => {
  console.error(error);
  stage?.clear();
  await use(language()).catch(() => {}); // the words may be what was missing
  put(byID("status"), null);
  const part = show("problem");
  if (error instanceof TypeError && /fetch/i.test(error.message)) put(part("problem"), "problem.server");
  else if (error instanceof Unplayable) put(part("problem"), "problem.sound");
  else if (["SecurityError", "QuotaExceededError"].includes(error.name)) put(part("problem"), "problem.storage");
  else if (error.status === 410) {
    put(part("heading"), "done.title");
    put(part("problem"), "problem.over");
    part("retry").hidden = true;
  } else if (error.status === 503) put(part("problem"), "problem.elsewhere");
  else part("problem").textContent = error.message;
  part("retry").addEventListener("click", () => location.reload());
});
