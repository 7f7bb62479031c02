// The steps beside the trials: questions, the headphone check, the volume, and what the sounds come out of. Each shows its
// views and ends with the session's state as the server has it. The order: app.js.

import { element } from "./answers.js";
import { askAll } from "./form.js";
import { check } from "./headphones.js";
import { language, put } from "./language.js";
import { Tone } from "./player.js";
import { Refusal, untilAnswered, wait } from "./requests.js";
import { byID, focus, show, step, submitted } from "./views.js";

/** Until the server has it: nothing of this is kept in the browser. */
async function told(session, what, body) {
  try {
    return await untilAnswered(() => session.tell(what, body), (is) => put(byID("status"), is ? "loading.trying" : null));
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return session.state(); // said in another window
    throw error;
  }
}

/** @param {"before" | "after"} when */
export async function questions({ plan, session }, when) {
  step("step.questions");
  const part = show("questions");
  put(part("heading"), `form.${when}`);
  focus(part("heading"));
  const asked = plan.questionnaire[when];
  const answers = askAll(asked, part("questions"), part("form"));
  part("leave").hidden = !asked.some((one) => one.type === "consent" && one.required);
  const left = new Promise((done) => part("leave").addEventListener("click", () => done(null)));
  const given = await Promise.race([answers, left]);
  if (given === null) {
    session.forget();
    focus(show("left")("card"));
    return new Promise(() => {}); // the end of this visit
  }
  part("form").inert = true;
  return told(session, "questionnaire", { when, answers: given });
}

/** Two attempts at most; the result is stored and decides nothing here. */
export async function headphones({ session, stage }) {
  for (let attempt = 1; ; attempt++) {
    const { swapped, passed, ...result } = await check(stage, askHeadphones);
    const state = await told(session, "headphones", result);
    step("step.headphones");
    const part = show("verdict");
    const again = !passed && attempt < 2;
    put(part("verdict"), passed ? "headphones.passed" : !again ? "headphones.goOn" : swapped ? "headphones.swapped" : "headphones.failed");
    put(part("next"), again ? "headphones.retry" : "headphones.next");
    focus(part("card"));
    await new Promise((done) => part("next").addEventListener("click", done));
    if (!again) return state;
  }
}

/** One question of the check: a side's name, or where the tones are. */
function askHeadphones(question, number, count, take) {
  step("step.headphones");
  const isSide = typeof question === "string";
  const part = show("headphones");
  put(part("question"), isSide ? "headphones.side" : "headphones.quietest");
  put(part("legend"), isSide ? "headphones.side" : "headphones.quietest");
  put(part("progress"), "headphones.progress", { number, count });
  part("put").hidden = number > 1;
  const options = isSide
    ? [["left", "headphones.left"], ["both", "headphones.both"], ["right", "headphones.right"]].map(([value, key]) => ({ value, key, values: {} }))
    : [0, 1, 2].map((value) => ({ value, key: "headphones.tone", values: { number: value + 1 } }));
  return new Promise((done) => {
    const buttons = options.map(({ value, key, values }) => {
      const button = element("button", { type: "button", disabled: "", class: "heard-tone" });
      put(button, key, values);
      button.addEventListener("click", () => done(value));
      return button;
    });
    part("choices").append(...buttons);
    let frame = 0;
    const asker = take(() => {
      part("play").disabled = asker.playing;
      put(part("play"), asker.playing ? "headphones.playing" : asker.heard ? "headphones.again" : "headphones.play");
      for (const button of buttons) button.disabled = !asker.heard || asker.playing;
      if (asker.playing && !isSide) draw();
    });
    const draw = () => {
      buttons.forEach((button, place) => button.classList.toggle("sounding", asker.tone === place));
      if (asker.playing) frame = requestAnimationFrame(draw);
      else cancelAnimationFrame(frame);
    };
    put(part("play"), "headphones.play");
    part("play").addEventListener("click", () => asker.play());
    part("play").focus({ preventScroll: true });
  });
}

export async function volume({ plan, stage }) {
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
  button.focus({ preventScroll: true });
  await submitted(part("form"));
  stage.clear();
}

/** Tells the server once per visit, as soon as sound has come out, what it came out of. Nobody waits for it. */
export async function device({ session, stage }) {
  const { context } = stage;
  if (context.state !== "running") await new Promise((done) => context.addEventListener("statechange", done, { once: true }));
  await wait(0.5); // the latency is known when sound has run for a while
  const body = {
    browser: navigator.userAgent, platform: navigator.userAgentData?.platform ?? navigator.platform, language: language(),
    screen_width: screen.width, screen_height: screen.height, touch: navigator.maxTouchPoints > 0,
    sample_rate: context.sampleRate, output_channels: context.destination.maxChannelCount,
    base_latency: context.baseLatency, output_latency: context.outputLatency,
  };
  for (const [key, value] of Object.entries(body)) if (value === undefined) delete body[key];
  await told(session, "device", body);
}
