// Wires the page: messages change the model, a changed model is drawn in the next frame.

import { drawAlert, loseConnection, wantsAcknowledging } from "./alert.js";
import { drawBands } from "./bands.js";
import { drawControls, showReply, wireControls } from "./controls.js";
import { apply, initial, isSilent } from "./model.js";
import { drawSession, wireSession } from "./session.js";
import { drawSetup, hearSetup, wireSetup } from "./setup.js";
import { Sound } from "./sound.js";
import { drawStatus } from "./status.js";
import { Stream } from "./stream.js";
import "./views.js";

const WATCH_EVERY_MS = 100;
const LOST_AGAIN_MS = 10_000;

let model = initial;
let frameAsked = false;
let wasSilent = true;
let lostAgainAtMs = Infinity;

const sound = new Sound(redraw);
const stream = new Stream(receive);

function receive(message) {
  const nowMs = performance.now();
  if (message.type === "sound") sound.play(message.tone, message.rank);
  if (message.type === "reply" && message.text) showReply(message.text, message.ok);
  hearSetup(message);
  model = apply(model, message, nowMs);
  redraw();
}

function redraw() {
  if (frameAsked) return;
  frameAsked = true;
  requestAnimationFrame(draw);
}

function draw() {
  frameAsked = false;
  const nowMs = performance.now();
  const silent = isSilent(model, nowMs);
  const alerts = silent ? loseConnection(model) : model.alerts;
  drawAlert(alerts, model.bands.length);
  drawBands(model, nowMs);
  const acknowledging = wantsAcknowledging(alerts);
  drawControls(model, acknowledging, sound.state);
  drawSession(model, silent, alerts, acknowledging);
  drawSetup(model, silent);
  drawStatus(model, silent);
}

// What a silent service cannot say itself: that it is silent.
function watch() {
  const nowMs = performance.now();
  const silent = isSilent(model, nowMs);
  if (silent && !wasSilent) {
    sound.play("lost", 2);
    // Heard again only where somebody is in the middle of a set.
    const active = model.bands.some((band) => band.phase === "active");
    lostAgainAtMs = active ? nowMs + LOST_AGAIN_MS : Infinity;
  } else if (silent && nowMs >= lostAgainAtMs) {
    sound.play("lost", 2);
    lostAgainAtMs = nowMs + LOST_AGAIN_MS;
  }
  if (silent !== wasSilent) redraw();
  wasSilent = silent;
  stream.watch(nowMs);
}

wireControls((ask) => stream.ask(ask), sound);
wireSession((ask) => stream.ask(ask), redraw);
wireSetup((ask) => stream.ask(ask), sound);
stream.open();
setInterval(watch, WATCH_EVERY_MS);
