// The guided session: what is asked, what was said, and what a person can do about it.

import { showReply } from "./controls.js";
import { element, setText, show } from "./dom.js";
import { isLed } from "./model.js";

// What can be asked for in each state; what is not in it cannot be done then.
const STEPS = {
  ready: ["go", "end"],
  warming_up: ["go", "pause", "end"],
  explaining: ["go", "pause", "skip", "next", "swap", "end"],
  counting_down: ["pause", "skip", "next", "swap", "end"],
  active: ["pause", "skip", "next", "end"],
  resting: ["go", "pause", "skip", "next", "swap", "end"],
  cooling_down: ["go", "pause", "end"],
  paused: ["resume", "end"],
  sensors: ["end"],
};
const TITLES = { choose: "A session", checking: "Before you start", asking: "How is it now?" };
const SUBMITS = { choose: "Begin", checking: "Answer", asking: "Answer" };

const byId = (id) => document.getElementById(id);
let choosing = false;
let drawn = "";

export function wireSession(ask, redraw) {
  const send = (lead) => {
    const sent = ask({ do: "session", lead });
    if (!sent) showReply("Not connected: nothing was sent.", false);
    return sent;
  };
  byId("lead").onclick = () => choose(true, redraw);
  byId("later").onclick = () => choose(false, redraw);
  for (const button of document.querySelectorAll("#guide [data-ask]")) {
    button.onclick = () => send({ ask: button.dataset.ask });
  }
  document.querySelector("#asked form").onsubmit = (event) => {
    event.preventDefault();
    if (send(choosing ? chosen() : answers())) choose(false, redraw);
  };
}

export function drawSession(model, silent) {
  const led = isLed(model);
  const state = led ? model.guided.state : "";
  const idle = model.bands.every((band) => band.phase === "idle");
  if (led) choosing = false;
  show(byId("lead"), !led && idle && model.plans.length > 0);
  show(byId("guide"), model.guided !== null && !silent);
  if (model.guided !== null) drawGuide(model.guided);
  drawAsked(model, choosing ? "choose" : state);
}

function drawGuide({ state, title, side, set_number, sets, text }) {
  const number = sets > 1 ? `set ${set_number} of ${sets}` : "";
  const parts = [state.replaceAll("_", " "), title, side && `${side} side`, number];
  setText(document.querySelector("#guide .where"), parts.filter(Boolean).join(" · "));
  setText(document.querySelector("#guide .said"), text);
  const steps = STEPS[state] ?? [];
  for (const button of document.querySelectorAll("#guide [data-ask]")) {
    show(button, steps.includes(button.dataset.ask));
  }
}

function drawAsked(model, what) {
  const dialog = byId("asked");
  const wanted = what in TITLES;
  if (wanted !== dialog.open) wanted ? dialog.show() : dialog.close();
  if (!wanted) drawn = "";
  if (!wanted || drawn === what) return;
  drawn = what;
  setText(byId("asked-title"), TITLES[what]);
  setText(dialog.querySelector("[type=submit]"), SUBMITS[what]);
  show(byId("choose"), what === "choose");
  show(byId("told"), what !== "choose");
  show(byId("later"), what === "choose");
  byId("choose").disabled = what !== "choose";
  byId("told").disabled = what === "choose";
  show(byId("flare").parentElement, what === "checking");
  if (what === "choose") {
    byId("plan").replaceChildren(...model.plans.map(({ id, title }) => new Option(title, id)));
    return;
  }
  for (const box of [byId("tingling"), byId("flare")]) box.checked = false;
  byId("pain").value = "";
  const questions = what === "checking" ? model.guided.questions : [];
  byId("questions").replaceChildren(...questions.map(([id, text]) => question(id, text)));
}

function question(id, text) {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.value = id;
  return element("label", "tick", box, ` ${text}`);
}

function chosen() {
  return {
    ask: "begin",
    plan: byId("plan").value,
    person: byId("person").value,
    side: byId("side").value,
  };
}

function answers() {
  const yes = [...document.querySelectorAll("#questions input:checked")].map((box) => box.value);
  return {
    ask: "answer",
    pain: byId("pain").valueAsNumber,
    distal: Number(byId("distal").value),
    tingling: byId("tingling").checked,
    flare: byId("flare").checked,
    yes,
  };
}

function choose(open, redraw) {
  choosing = open;
  redraw();
}
