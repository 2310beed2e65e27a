// The guided session: what is asked, what was said, and what a person can do about it.

import { messageOf } from "./alert.js";
import { element, setAttribute, setText, show } from "./dom.js";
import { isLed } from "./model.js";
import words, { put } from "./text.js";

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
  stopped: ["ack"],
  sensors: ["end"],
};
const ASKED = ["choose", "checking", "asking"];
const LAST_PERSON = "person";

const byId = (id) => document.getElementById(id);
const roomy = matchMedia("(min-aspect-ratio: 1/1) and (min-height: 481px)");
let choosing = false;
let drawn = "";

// `send` asks something of the session, and says whether it was sent.
export function wireSession(send, redraw) {
  for (const part of document.querySelectorAll(".body-map [data-level]")) {
    part.onclick = () => part.closest("fieldset").querySelector(`[value="${part.dataset.level}"]`).click();
  }
  wireFurther();
  byId("lead").onclick = () => choose(true, redraw);
  byId("later").onclick = () => (choosing ? choose(false, redraw) : send({ ask: "end" }));
  for (const button of document.querySelectorAll("#guide [data-ask]")) {
    button.onclick = () => send({ ask: button.dataset.ask });
  }
  document.querySelector("#asked form").onsubmit = (event) => {
    event.preventDefault();
    if (send(choosing ? chosen() : answers())) choose(false, redraw);
  };
}

// While an alert waits to be seen, the session is not led from here.
export function drawSession(model, silent, alerts, acknowledging) {
  const led = isLed(model);
  const state = led ? model.guided.state : "";
  const idle = model.bands.every((band) => band.phase === "idle");
  if (led) choosing = false;
  show(byId("lead"), !led && idle && model.plans.length > 0);
  drawAsked(model, choosing ? "choose" : state);
  // What a session came to is shown until something else is done.
  show(byId("guide"), model.guided !== null && !silent && !byId("asked").open && (led || idle));
  if (model.guided === null) return;
  drawGuide(model.guided, acknowledging ? [] : (STEPS[state] ?? []));
  const shown = alerts.some((alert) => messageOf(alert) === model.guided.text);
  show(document.querySelector("#guide .said"), !shown);
}

// Where there is little room, what is seldom needed in a set is shown when it is asked for.
function wireFurther() {
  const open = (wanted) => {
    setAttribute(byId("further"), "aria-expanded", wanted);
    show(byId("further-steps"), wanted);
  };
  const fit = () => open(roomy.matches);
  byId("further").onclick = () => open(byId("further-steps").hidden);
  byId("further-steps").onclick = () => open(roomy.matches);
  roomy.onchange = fit;
  fit();
}

function drawGuide({ state, title, side, set_number, sets, text, left_s }, steps) {
  const numbered = sets > 1 && state !== "warming_up";
  const number = numbered ? put(words.guide.set, { number: set_number, sets }) : "";
  const name = words.states[state];
  const parts = [left_s === null ? name : `${name} ${minutes(left_s)}`, title, words.guide[side], number];
  setText(document.querySelector("#guide .where"), parts.filter(Boolean).join(" · "));
  setText(document.querySelector("#guide .said"), text);
  byId("guide").classList.toggle("has-steps", steps.length > 0);
  for (const button of document.querySelectorAll("#guide [data-ask]")) {
    show(button, steps.includes(button.dataset.ask));
  }
  const further = document.querySelector("#further-steps [data-ask]:not([hidden])");
  show(byId("further"), further !== null && !roomy.matches);
}

function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function drawAsked(model, what) {
  const dialog = byId("asked");
  const wanted = ASKED.includes(what);
  if (wanted && drawn !== what) fillAsked(model, what);
  drawn = wanted ? what : "";
  if (wanted !== dialog.open) wanted ? dialog.show() : dialog.close();
}

function fillAsked(model, what) {
  setText(byId("asked-title"), words.asked[what]);
  setText(document.querySelector("#asked [type=submit]"), what === "choose" ? words.asked.begin : words.asked.answer);
  for (const [id, asked] of [["choose", what === "choose"], ["told", what !== "choose"]]) {
    show(byId(id), asked);
    byId(id).disabled = !asked;
  }
  show(byId("later"), what !== "asking");
  if (what === "choose") fillChoice(model);
  else fillQuestions(what === "checking" ? model.guided.questions : null);
}

function fillChoice({ plans, people }) {
  byId("person").value = localStorage.getItem(LAST_PERSON) ?? "me";
  byId("person").oninput = () => fillPlans(plans);
  byId("people").replaceChildren(...people.map((name) => new Option(name)));
  fillPlans(plans);
}

// Those for everybody, and the person's own, which stand for others of the same id.
function fillPlans(plans) {
  const open = plans.filter(({ person }) => person === "" || person === byId("person").value);
  const byName = new Map(open.map(({ id, title }) => [id, title]));
  const plan = byId("plan");
  const before = plan.value;
  plan.replaceChildren(...[...byName].map(([id, title]) => new Option(title, id)));
  if (byName.has(before)) plan.value = before;
}

// Nothing is answered beforehand: what was told last time is not how it is now.
function fillQuestions(questions) {
  for (const box of [byId("tingling"), byId("flare")]) box.checked = false;
  for (const level of document.querySelectorAll("#told [type=radio]")) level.checked = false;
  for (const node of [byId("yes"), byId("flare").parentElement]) show(node, questions !== null);
  byId("questions").replaceChildren(...(questions ?? []).map(([id, text]) => question(id, text)));
}

function question(id, text) {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.value = id;
  return element("label", "tick", box, ` ${text}`);
}

function chosen() {
  const person = byId("person").value;
  localStorage.setItem(LAST_PERSON, person);
  return { ask: "begin", plan: byId("plan").value, person, side: byId("side").value };
}

function answers() {
  const form = document.querySelector("#asked form");
  const yes = [...document.querySelectorAll("#questions input:checked")].map((box) => box.value);
  return {
    ask: "answer",
    pain: Number(form.elements.pain.value),
    distal: Number(form.elements.distal.value),
    tingling: byId("tingling").checked,
    flare: byId("flare").checked,
    yes,
  };
}

function choose(open, redraw) {
  choosing = open;
  redraw();
}
