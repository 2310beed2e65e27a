// The conversation of set-up: what was said, the sensors heard, the movement, the open question.

import { element, setAttribute, setText, show } from "./dom.js";
import { MoveChart } from "./move_chart.js";
import words, { put } from "./text.js";

const byId = (id) => document.getElementById(id);
const chart = new MoveChart(byId("talk-curve"));
let drawnQuestion = "";
let drawnSensors = "";

export function wireTalk(setUp) {
  const form = byId("talk-question");
  const answer = (text) => setUp({ ask: "answer", number: Number(form.dataset.number), text });
  byId("talk-cancel").onclick = () => setUp({ ask: "cancel" });
  form.onsubmit = (event) => {
    event.preventDefault();
    answer(byId("talk-text").hidden ? event.submitter.value : byId("talk-input").value);
  };
  byId("talk-sensors").onclick = ({ target }) => {
    if (target.dataset.address) answer(target.dataset.address);
  };
}

export function drawTalk(setup, silent) {
  const talk = setup?.state ? setup : null;
  const wasHidden = byId("talk").hidden;
  show(byId("talk"), talk !== null);
  if (talk === null) {
    byId("talk-lines").replaceChildren();
    drawQuestion(null);
    if (!wasHidden) byId("setup-find").focus();
    return;
  }
  setAttribute(byId("talk"), "data-state", talk.state);
  const title = talk.about === "pair" ? words.setup.pairing : put(words.setup.counting, talk);
  setText(byId("talk-title"), title);
  drawLines(talk.lines);
  chart.draw(talk.curve);
  drawQuestion(talk.question);
  drawSensors(talk);
  setText(byId("talk-cancel"), talk.state === "running" ? words.setup.cancel : words.setup.close);
  byId("talk-cancel").disabled = silent;
  if (wasHidden) byId("talk").scrollIntoView({ block: "start" });
}

// Lines are only added, so that a screen reader says the new ones alone.
function drawLines(lines) {
  const list = byId("talk-lines");
  const shown = [...list.children].map((item) => item.textContent);
  const same = shown.findIndex((_, from) => shown.slice(from).every((text, i) => text === lines[i]));
  const kept = same < 0 ? 0 : shown.length - same;
  for (const item of [...list.children].slice(0, shown.length - kept)) item.remove();
  if (lines.length === kept) return;
  list.append(...lines.slice(kept).map((text) => element("p", "", text)));
  list.scrollTop = list.scrollHeight;
}

function drawQuestion(question) {
  const key = JSON.stringify(question);
  if (key === drawnQuestion) return;
  drawnQuestion = key;
  const form = byId("talk-question");
  const hadFocus = form.contains(document.activeElement) || document.activeElement === document.body;
  show(form, question !== null);
  if (question === null) return;
  form.dataset.number = question.number;
  setText(byId("talk-asked"), question.text);
  show(byId("talk-text"), question.kind === "ask");
  byId("talk-input").value = question.default;
  show(byId("talk-none"), question.default === "");
  byId("talk-answers").replaceChildren(...answersOf(question));
  const first = question.kind === "ask" ? byId("talk-input") : form.querySelector("#talk-answers button");
  form.scrollIntoView({ block: "nearest" });
  if (hadFocus) first?.focus();
}

// What a button stands for is its value; of `ask` it is what was typed.
function answersOf({ kind, options }) {
  switch (kind) {
    case "choose":
      return options.map((option, place) => button(option, String(place)));
    case "agree":
      return [button(words.setup.yes, "yes"), button(words.setup.no, "no")];
    case "ready":
      return [button(words.setup.go_on, "")];
    case "ask":
      return [button(words.setup.answer, null)];
    default:
      return [];
  }
}

function button(text, value) {
  const node = element("button", "", text);
  node.type = "submit";
  if (value !== null) node.setAttribute("value", value);
  return node;
}

function drawSensors({ question, sensors }) {
  const picking = question?.kind === "pick";
  const list = byId("talk-sensors");
  show(list, picking);
  const key = picking ? JSON.stringify(sensors) : "";
  if (key === drawnSensors) return;
  drawnSensors = key;
  const focused = document.activeElement?.dataset.address;
  const none = element("li", "hint", words.setup.none_found);
  list.replaceChildren(...(picking && sensors.length > 0 ? sensors.map(sensorRow) : [none]));
  if (focused) list.querySelector(`[data-address="${CSS.escape(focused)}"]`)?.focus();
}

function sensorRow({ address, name, kind, signal, battery_pct: battery, band }) {
  const told = [words.setup[signal], address];
  if (battery !== null) told.splice(1, 0, put(words.setup.battery, { percent: Math.round(battery) }));
  const title = element("p", "", element("b", "", kind), name && name !== kind ? ` ${name}` : "");
  const about = element("div", "about", title, element("p", "hint", told.join(" · ")));
  if (band) return element("li", "", about, element("p", "known", put(words.setup.is_band, { band })));
  const use = element("button", "first", words.setup.use);
  use.type = "button";
  use.dataset.address = address;
  setAttribute(use, "aria-label", put(words.setup.use_label, { sensor: `${kind} ${address}` }));
  return element("li", "", about, use);
}
