// The way through a test: welcome, volume, practice, trials, thanks. After a reload it goes on where the server says.
// Sound: player.js. Storage and network: server.js. Controls: answers.js.

import { build } from "./answers.js";
import { Player, Tone } from "./player.js";
import { Session, sound, test } from "./server.js";

const byID = (id) => document.getElementById(id);
const main = byID("main");
const say = (text) => (byID("status").textContent = text ?? "");

let plan;
let session;
let context = null;
let keys = null; // what the keyboard does in this view

/** One context for the whole test, at the rate of the sounds: nothing is resampled by us. */
function audio() {
  context ??= new AudioContext({ sampleRate: plan.sample_rate });
  return context;
}

function show(id) {
  keys = null;
  const view = byID(id).content.cloneNode(true);
  main.replaceChildren(view);
  return (name) => main.querySelector(`[data-${name}]`);
}

/** Waits for the view's form. */
function submitted(form, allowed = () => true) {
  return new Promise((done) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (allowed()) done();
    });
  });
}

function step(text, done = null) {
  byID("step").textContent = text;
  const progress = byID("progress");
  progress.hidden = done === null;
  if (done !== null) progress.value = done;
}

async function welcome() {
  step("");
  const part = show("welcome");
  const form = part("form");
  await submitted(form);
  await session.begin(form.elements.listener.value.trim());
}

async function volume() {
  step("Volume");
  const part = show("volume");
  const button = part("tone");
  let tone = null;
  const stop = () => {
    tone?.stop();
    tone = null;
  };
  button.addEventListener("click", () => {
    audio().resume();
    if (tone) stop();
    else tone = new Tone(audio(), plan.level_lufs);
    button.setAttribute("aria-pressed", tone !== null);
    button.textContent = tone ? "Stop the tone" : "Play the tone";
  });
  part("tone").focus();
  await submitted(part("form"));
  stop();
}

async function trial(practice) {
  const info = await session.trial(practice);
  step(practice ? "Practice" : `Trial ${info.trial + 1} of ${info.trials}`, practice ? 0 : info.trial / info.trials);
  say("Loading…");
  const sounds = await Promise.all(info.sounds.map((id) => sound(session.id, id)));
  if (sounds.some((samples) => samples.length !== info.frames)) throw new Error("A sound came incomplete.");
  say(null);

  const part = show("trial");
  part("question").textContent = plan.question;
  part("training").hidden = !practice;
  const started = performance.now();
  const player = new Player(audio(), sounds, update);
  const choose = (index) => {
    player.choose(index);
    answer.focus?.(index);
  };
  const { buttons, answer } = build(plan.method, info.labels, part("sounds"), part("answer"), choose, update);
  part("answer").hidden = !part("answer").querySelector("input");
  const view = timeline(part, player, plan.sample_rate);
  part("play").addEventListener("click", () => player.toggle());
  part("keys").textContent =
    info.labels[0] === "Reference"
      ? `Keys: 0 the reference, 1–${info.labels.length - 1} the sounds, arrows rate, Space plays and stops, Enter goes on.`
      : `Keys: 1–${info.labels.length} choose a sound, Space plays and stops, arrows move what has the focus, Enter goes on.`;
  if (info.labels.length === 1) part("keys").textContent = "Keys: Space plays and stops, 1–5 rate, Enter goes on.";

  function missing() {
    const unheard = info.labels.filter((_, index) => player.plays[index] === 0);
    if (unheard.length && info.labels.length === 1) return "Play the sound first.";
    if (unheard.length) return `Not heard yet: ${unheard.join(", ")}.`;
    return answer.missing();
  }
  function update() {
    answer.update(player);
    buttons.forEach((button, index) => {
      const on = player.playing && player.current === index;
      button.setAttribute("aria-pressed", on);
      button.dataset.state = on ? "▶ playing" : player.plays[index] ? "heard" : "";
    });
    part("play").setAttribute("aria-label", player.playing ? "Stop" : "Play");
    const open = missing();
    part("hint").textContent = open ?? "";
    part("next").disabled = open !== null;
  }
  update();
  keys = (event) => keyboard(event, player, buttons, answer, part("form"));
  part("question").tabIndex = -1;
  part("question").focus({ preventScroll: true });

  await submitted(part("form"), () => missing() === null);
  player.stop();
  view.end();
  part("next").disabled = true;
  keys = null;
  if (practice) return;
  await session.answer(
    {
      sequence: info.trial + 1, trial: info.trial, ...answer.reply(),
      seconds: (performance.now() - started) / 1000, plays: player.plays, switches: player.switches,
      looped: player.looped,
    },
    say,
  );
}

/** The part that repeats, and where we are in it. No waveform: eyes would tell sounds apart that ears cannot. */
function timeline(part, player, rate) {
  const [from, to] = [part("from"), part("to")];
  const shortest = Math.min(player.frames, Math.round(0.5 * rate)); // BS.1534-3, 5.3
  const clock = (frames) => (frames / rate).toFixed(1);
  const frames = (input) => Math.round((Number(input.value) / 1000) * player.frames);
  const place = () => {
    part("part").style.left = `${from.value / 10}%`;
    part("part").style.right = `${100 - to.value / 10}%`;
    for (const input of [from, to]) input.setAttribute("aria-valuetext", `${clock(frames(input))} seconds`);
  };
  const moved = (input) => {
    const least = Math.ceil((shortest / player.frames) * 1000);
    if (input === from) from.value = Math.max(0, Math.min(Number(from.value), Number(to.value) - least));
    else to.value = Math.min(1000, Math.max(Number(to.value), Number(from.value) + least));
    place();
  };
  for (const input of [from, to]) {
    input.addEventListener("input", () => moved(input));
    input.addEventListener("change", () => player.setPart(frames(from), frames(to)));
  }
  place();
  let frame = 0;
  const draw = () => {
    const position = player.position();
    part("cursor").style.left = `${(100 * position) / player.frames}%`;
    part("clock").textContent = `${clock(position)} / ${clock(player.frames)} s`;
    frame = requestAnimationFrame(draw);
  };
  draw();
  return { end: () => cancelAnimationFrame(frame) };
}

/** The button that a digit stands for: 0 the open reference, 1 the first of the others. */
function soundOf(key, buttons) {
  if (!/^[0-9]$/.test(key)) return undefined;
  const others = buttons.filter((button) => !button.classList.contains("reference"));
  return key === "0" ? buttons.find((button) => !others.includes(button)) : others[Number(key) - 1];
}

/** Space and Enter keep their own meaning on controls that have one. */
function keyboard(event, player, buttons, answer, form) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const focus = document.activeElement;
  const number = "123456789".indexOf(event.key);
  const chosen = soundOf(event.key, buttons);
  if (buttons.length === 1 && number >= 0) {
    const input = answer.inputs[number];
    if (input && !input.disabled) {
      input.focus();
      input.click();
    }
  } else if (chosen) {
    chosen.focus();
    chosen.click();
  } else if (event.key === " ") {
    const own = focus.matches("button:not(.sound), input[type=radio]:not(:checked)");
    if (own) return;
    player.toggle();
  } else if (event.key === "Enter") {
    if (focus.matches("button")) return;
    form.requestSubmit();
  } else if (!answer.key(event.key.toLowerCase())) return;
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (keys && !event.repeat) keys(event);
});

async function run() {
  plan = await test();
  byID("title").textContent = document.title = plan.title;
  session = new Session(plan.id);
  let state = null;
  if (session.id) {
    await session.flush(say);
    state = await session.state().catch((error) => {
      if (error.status === 404) session.forget(); // another folder, or the file was taken away
      else throw error;
    });
  }
  if (!state) await welcome();
  if (!session.ready) {
    await volume();
    await trial(true);
    session.setReady();
  }
  while (!(await session.state()).finished) await trial(false);
  done();
}

function done() {
  step("Done", 1);
  say(null);
  const part = show("done");
  part("again").addEventListener("click", () => {
    session.forget();
    location.reload();
  });
  main.focus();
}

run().catch((error) => {
  console.error(error);
  say(null);
  const part = show("problem");
  part("problem").textContent = error instanceof TypeError && /fetch/i.test(error.message)
    ? "The server of this test does not answer. Your answers so far are stored."
    : error.message;
  part("retry").addEventListener("click", () => location.reload());
});
