// One trial on the page: its sounds, its answer, the part that repeats. It is built when the sounds are there; what may
// sound is decided in player.js, what the keys do in keys.js.

import { build } from "./answers.js";
import { explain, keyList } from "./keys.js";
import { put, seconds, text } from "./language.js";

/** Seconds that an answer may take, a week (SubmittedAnswer.swift): tabs stay open for longer. */
const longest = 604800;

/**
 * Runs a trial to its answer.
 * @param part finds an element of the view by its name
 * @param plan of the test
 * @param info of the trial, from the server
 * @param {Player} player with its sounds loaded
 * @param setKeys is given the list of keys
 * @returns {Promise<object>} the reply
 */
export function ask(part, plan, info, player, setKeys) {
  const started = performance.now();
  if (plan.question) part("question").textContent = plan.question;
  else put(part("question"), `question.${plan.method}`);
  part("training").hidden = info.trial >= 0;
  part("comment-field").hidden = !plan.comments || info.trial < 0;
  if (plan.instructions) {
    part("instructions").textContent = plan.instructions;
    part("instructions-box").hidden = false;
  }
  const { buttons, answer } = build(
    plan.method, info.labels, part("sounds"), part("answer"),
    (index) => {
      player.choose(index);
      answer.focus?.(index);
    },
    () => update(),
  );
  const list = keyList(plan.method, info.labels, buttons, answer, player, part("form"));
  explain(list, part("keys"));
  const end = timeline(part, player, plan.sample_rate);
  part("play").addEventListener("click", () => player.toggle());

  function missing() {
    const sounds = info.labels.filter((_, index) => player.plays[index] === 0);
    if (sounds.length && info.labels.length === 1) return ["trial.playFirst"];
    if (sounds.length) return ["trial.notHeard", { sounds }];
    return answer.missing();
  }
  function update() {
    if (player.state === "ended") return;
    answer.update(player);
    buttons.forEach((button, index) => {
      const on = player.playing && player.current === index;
      button.setAttribute("aria-pressed", on);
      const state = on ? "sound.playing" : player.plays[index] ? "sound.heard" : null;
      put(button.querySelector(".state"), state);
    });
    put(part("play"), player.playing ? "trial.stop" : "trial.play", {}, "label");
    part("play").classList.toggle("playing", player.playing);
    const open = missing();
    put(part("hint"), ...(open ?? [null]));
    part("next").disabled = open !== null;
  }
  player.changed = update;
  update();
  setKeys(list);

  return new Promise((answered) => {
    part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (player.state === "ended" || missing() !== null) return;
      const reply = {
        sequence: info.trial + 1, trial: info.trial, ...answer.reply(),
        seconds: Math.min(longest, (performance.now() - started) / 1000), plays: player.plays,
        switches: player.switches, looped: player.looped,
      };
      const comment = part("comment").value.trim();
      if (comment) reply.comment = comment;
      end();
      answered(reply);
    });
  });
}

/** The part that repeats, and where we are in it. No waveform: eyes would tell sounds apart that ears cannot. */
function timeline(part, player, rate) {
  const [from, to] = [part("from"), part("to")];
  const shortest = Math.min(player.frames, Math.round(0.5 * rate)); // BS.1534-3, 5.3
  const frames = (input) => Math.round((Number(input.value) / 1000) * player.frames);
  const place = () => {
    part("part").style.left = `${from.value / 10}%`;
    part("part").style.right = `${100 - to.value / 10}%`;
    for (const input of [from, to]) put(input, "part.seconds", { time: seconds(frames(input) / rate) }, "value");
    const whole = from.value === "0" && to.value === "1000";
    part("whole").hidden = whole;
    if (whole) put(part("caption"), "part.explain");
    else put(part("caption"), "part.repeats", { from: seconds(frames(from) / rate), to: seconds(frames(to) / rate) });
  };
  const moved = (input) => {
    const least = Math.ceil((shortest / player.frames) * 1000);
    if (input === from) from.value = Math.max(0, Math.min(Number(from.value), Number(to.value) - least));
    else to.value = Math.min(1000, Math.max(Number(to.value), Number(from.value) + least));
    place();
  };
  const set = () => player.setPart(frames(from), frames(to));
  for (const input of [from, to]) {
    input.addEventListener("input", () => moved(input));
    input.addEventListener("change", set);
  }
  part("whole").addEventListener("click", () => {
    [from.value, to.value] = ["0", "1000"];
    place();
    set();
    part("play").focus({ preventScroll: true });
  });
  part("track").addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const box = part("bar").getBoundingClientRect();
    player.seek(((event.clientX - box.left) / box.width) * player.frames);
  });
  place();
  let frame = 0;
  const draw = () => {
    const position = player.position();
    part("cursor").style.left = `${(100 * position) / player.frames}%`;
    part("clock").textContent = text("part.clock", { time: seconds(position / rate), all: seconds(player.frames / rate) });
    frame = requestAnimationFrame(draw);
  };
  draw();
  return () => cancelAnimationFrame(frame);
}
