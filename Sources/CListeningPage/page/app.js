// The way through a test: welcome, volume, practice, trials, thanks. After a reload it goes on where the server says.
// A trial: trial.js. Sound: player.js. Storage and network: server.js, loader.js. Words: language.js.

import { obey } from "./keys.js";
import { language, languages, preferred, put, text, translate, use } from "./language.js";
import { Loader, decode } from "./loader.js";
import { Player, Stage, Tone } from "./player.js";
import { Refusal, Session, chosenLanguage, test } from "./server.js";
import { ask } from "./trial.js";

const byID = (id) => document.getElementById(id);
const main = byID("main");

let plan;
let session;
let stage;
let loader;
let keys = null; // what the keyboard does in this view

/** Shows a view from its top; gives what finds its elements by name. */
function show(id) {
  keys = null;
  const view = byID(id).content.cloneNode(true);
  translate(view);
  main.replaceChildren(view);
  window.scrollTo(0, 0);
  return (name) => main.querySelector(`[data-${name}]`);
}

/** Waits for the view's form. */
function submitted(form) {
  return new Promise((done) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      done();
    });
  });
}

function focus(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

function step(key, values = {}, done = null) {
  put(byID("step"), key, values);
  const progress = byID("progress");
  progress.hidden = done === null;
  if (done !== null) progress.value = done;
}

/** What one sees while nothing can be done: at once, and with numbers where there are any. */
function busy(key) {
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

async function welcome() {
  step(null);
  const part = show("welcome");
  const form = part("form");
  put(part("listening"), plan.method === "mos" ? "welcome.listen" : "welcome.switch");
  await submitted(form);
  return session.begin(form.elements.listener.value.trim());
}

async function volume() {
  step("step.volume");
  const part = show("volume");
  const button = part("tone");
  const tone = stage.take(
    new Tone(stage.context, plan.level_lufs, () => {
      button.setAttribute("aria-pressed", tone.playing);
      put(button, tone.playing ? "volume.stop" : "volume.play");
    }),
  );
  button.addEventListener("click", () => tone.toggle());
  button.focus();
  await submitted(part("form"));
  stage.clear();
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
  const answered = ask(part, plan, info, player, (list) => (keys = (event) => obey(list, event)));
  focus(part("question"));
  const reply = await answered;
  stage.clear();
  if (number < 0) return null;
  return session.answer(reply, busy("loading.storing").troubled);
}

/** Trials until the server has them all. */
async function trials(state) {
  while (!state.finished) {
    try {
      state = await trial(state.position);
    } catch (error) {
      // Another window went on: what the server has stands.
      if (!(error instanceof Refusal)) throw error;
      const { position } = state;
      state = await session.state();
      if (state.position === position) throw error;
    }
  }
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
      state = session.unsent ? await session.flush(busy("loading.storing").troubled) : await session.state();
    } catch (error) {
      if (error.status === 404) session.forget(); // another folder, or the file was taken away
      else throw error;
    }
  }
  state ??= await welcome();
  if (!session.ready && !state.finished) {
    loader.get(-1);
    await volume();
    await trial(-1, state.position);
    session.setReady();
  }
  await trials(state);
  done();
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

function done() {
  step("step.done", {}, 1);
  const part = show("done");
  part("again").addEventListener("click", () => {
    session.forget();
    location.reload();
  });
  main.focus();
}

document.addEventListener("keydown", (event) => {
  if (keys && !event.repeat) keys(event);
});

run().catch(async (error) => {
  console.error(error);
  stage?.clear();
  await use(language()).catch(() => {}); // the words may be what was missing
  put(byID("status"), null);
  const part = show("problem");
  if (error instanceof TypeError && /fetch/i.test(error.message)) put(part("problem"), "problem.server");
  else if (error.status === 503) put(part("problem"), "problem.elsewhere");
  else part("problem").textContent = error.message;
  part("retry").addEventListener("click", () => location.reload());
});
