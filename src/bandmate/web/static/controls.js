// What a person can ask for.

import { setText, show } from "./dom.js";
import { isLed } from "./model.js";
import words from "./text.js";

const REPLY_MS = 2_500;
const REFUSAL_MS = 6_000;

const byId = (id) => document.getElementById(id);
let hideReply = 0;
let missAnswer = 0;
let offered = null; // what the picker was filled with

const ANSWERED_MS = 1_500; // a stop is answered much sooner, unless the network is dead

// What stands for "go on" now, the first that can be pressed.
const FORWARD = [
  "#asked[open] [type=submit]",
  "#acknowledge",
  '#guide [data-ask="ack"]',
  '#guide [data-ask="resume"]',
  '#guide [data-ask="go"]',
  "#next",
  "#start [type=submit]",
];
const PAUSE = ['#guide [data-ask="pause"]', '#guide [data-ask="resume"]', "#end"];

export function wireControls(ask, sound, stop) {
  const send = (what) => {
    if (!ask(what)) showReply(words.live.not_sent, false);
  };
  byId("tingle").onclick = stop;
  byId("acknowledge").onclick = () => send({ do: "ack" });
  byId("tare").onclick = () => send({ do: "tare" });
  byId("next").onclick = () => send({ do: "next" });
  byId("end").onclick = () => send({ do: "stop" });
  byId("start").onsubmit = (event) => {
    event.preventDefault();
    send({ do: "start", exercise: byId("exercise").value });
  };
  byId("sound").onclick = () => sound.test("done");
}

// A socket looks open for a while after its network has died: what counts is the answer.
export function stopForTingling(ask) {
  const miss = () => showReply(words.live.stop_not_sent, false);
  if (!ask({ do: "stop", reason: "tingle" })) return miss();
  clearTimeout(missAnswer);
  missAnswer = setTimeout(miss, ANSWERED_MS);
}

export const goForward = () => pressFirst(FORWARD);
export const pauseOrResume = () => pressFirst(PAUSE);

function pressFirst(selectors) {
  const buttons = selectors.map((selector) => document.querySelector(selector));
  buttons.find((button) => button?.checkVisibility())?.click();
}

// While an alert waits to be seen, that and the stop are all there is to press.
export function drawControls(model, acknowledging, soundState) {
  const idle = model.bands.every((band) => band.phase === "idle");
  show(byId("acknowledge"), acknowledging);
  show(byId("more"), !acknowledging);
  const led = isLed(model);
  const blocked = soundState === "blocked";
  show(byId("start"), !acknowledging && idle && !led && model.exercises.length > 0);
  // A session zeroes for itself, and leaves little room for what is not needed in it.
  const wrongZero = model.alerts.some((alert) => alert.code === "tare_invalid");
  show(byId("tare"), (idle && !led) || wrongZero);
  show(byId("sound"), blocked);
  show(byId("next"), !idle && !led);
  show(byId("end"), !idle && !led);
  fillPicker(model.exercises);
}

export function showReply(text, ok) {
  clearTimeout(missAnswer);
  const reply = byId("reply");
  setText(reply, text);
  reply.classList.toggle("refused", !ok);
  show(reply, true);
  clearTimeout(hideReply);
  hideReply = setTimeout(() => show(reply, false), ok ? REPLY_MS : REFUSAL_MS);
}

function fillPicker(exercises) {
  if (exercises === offered) return;
  offered = exercises;
  const picker = byId("exercise");
  picker.replaceChildren(...exercises.map(({ slug, title }) => new Option(title, slug)));
}
