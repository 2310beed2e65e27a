// What a person tells in the middle of a session: how much it hurts, and what they counted themselves.

import { setText, show } from "./dom.js";
import { isLed } from "./model.js";
import words, { put } from "./text.js";
import { openView, whenOpened } from "./views.js";

// In these a session takes notice of pain.
const RUNNING = ["explaining", "counting_down", "active", "resting", "paused", "warming_up", "cooling_down"];

const byId = (id) => document.getElementById(id);
let counted = null; // of the last set of repetitions that was credited

export function wireTold(send) {
  const pain = document.querySelector("#view-pain form");
  pain.onsubmit = (event) => {
    event.preventDefault();
    if (send({ ask: "pain", pain: Number(pain.elements.pain_now.value) })) openView("");
  };
  const count = document.querySelector("#view-count form");
  count.onsubmit = (event) => {
    event.preventDefault();
    if (send({ ask: "recount", count: byId("by-person").valueAsNumber })) openView("");
  };
  whenOpened("pain", () => pain.reset());
  whenOpened("count", () => {
    setText(count.querySelector(".counted"), put(words.told.counted, { count: counted }));
    byId("by-person").value = counted;
  });
}

// The service is there anew: what was missed meanwhile is not known.
export function forgetCount() {
  counted = null;
}

export function hear(event) {
  if (event.event === "credited") counted = isCounted(event) ? event.credited : null;
  if (event.event === "recounted") counted = event.by_person;
  if (event.event === "session" && event.state === "checking") counted = null;
}

export function drawTold(model, acknowledging) {
  const led = isLed(model) && !acknowledging;
  show(byId("pain-now"), led && RUNNING.includes(model.guided.state));
  show(byId("count"), led && counted !== null && model.guided.state !== "active");
  setText(byId("count"), put(words.controls.count, { count: counted }));
}

function isCounted({ kind, measured, status }) {
  return kind === "reps" && measured && status !== "skipped";
}
