// Wires the page: messages change the model, a changed model is drawn in the next frame.

import { CONNECTING_MS, drawAlert, loseConnection, wantsAcknowledging } from "./alert.js";
import { drawBands, drawLevels, drawStrip, isStripDue } from "./bands.js";
import { drawControls, goForward, pauseOrResume, showReply, stopForTingling, wireControls } from "./controls.js";
import { extend, mark, newCurve } from "./curve.js";
import { wireDevices } from "./devices.js";
import "./install.js";
import { wireKeys } from "./keys.js";
import { apply, initial, isSilent, zoneOf } from "./model.js";
import { drawMute, wireMute } from "./mute.js";
import { drawSession, wireSession } from "./session.js";
import "./sessions.js";
import { setting, wireSettings } from "./settings.js";
import { drawSetup, hearSetup, wireSetup } from "./setup.js";
import { Sound } from "./sound.js";
import { drawStatus } from "./status.js";
import { Stream } from "./stream.js";
import words from "./text.js";
import { drawTold, forgetCount, hear, wireTold } from "./told.js";
import { openView, whenOpened } from "./views.js";
import { speakOf } from "./voice.js";
import { keepAwake } from "./wake.js";

const WATCH_EVERY_MS = 100;
const FIRST_DRAWN_MS = 700;
const LOST_AGAIN_MS = 10_000;
const LOST_MOST_MS = 300_000;

let model = initial;
let frameAsked = false;
let wholeAsked = false; // more than the levels is to be drawn
let levelsAsked = false; // levels were taken that are not drawn yet
let drawnSilent = null;
let stripIsNext = false;
let wasSilent = true;
let lostAgainAtMs = Infinity;
let lostUntilMs = Infinity;

const curves = new Map(); // band -> its last seconds
const sound = new Sound(redraw);
const stream = new Stream(receive);

function receive(message) {
  if (message === null) return askFrame();
  takeLevels(); // they came before it
  const nowMs = performance.now();
  switch (message.type) {
    case "sound":
      sound.play(message.tone, message.rank);
      break;
    case "reply":
      if (message.text) showReply(message.text, message.ok);
      break;
    case "traces":
      for (const piece of message.traces) extend(curveOf(piece.band), piece);
      return;
    case "event":
      mark(curveOf(message.band), message);
      speakOf(message, model);
      hear(message);
      hearSetup(message);
      break;
    case "hello":
      greet();
      model = apply(model, message, nowMs);
      break;
    default:
      model = apply(model, message, nowMs);
  }
  redraw();
}

// The service is there (again): its clock begins anew, and so does what is drawn by it.
function greet() {
  curves.clear();
  forgetCount();
  sound.load();
}

function curveOf(band) {
  if (!curves.has(band)) curves.set(band, newCurve());
  return curves.get(band);
}

function takeLevels() {
  stream.takeLevels((message, atMs) => {
    model = apply(model, message, atMs);
    levelsAsked = true;
  });
}

function redraw() {
  wholeAsked = true;
  askFrame();
}

function askFrame() {
  if (frameAsked) return;
  frameAsked = true;
  requestAnimationFrame(draw);
}

// A strip gets a frame of its own: together with the levels it takes a slow phone too long.
function draw() {
  frameAsked = false;
  const nowMs = performance.now();
  if (stripIsNext && !wholeAsked && model.bands.length > 0) {
    stripIsNext = false;
    drawStrip(model, nowMs, curveOf);
    if (levelsAsked || stream.hasLevels) askFrame();
    return;
  }
  takeLevels();
  const silent = isSilent(model, nowMs);
  if (wholeAsked || silent !== drawnSilent) drawWhole(silent);
  drawLevels(model, nowMs);
  levelsAsked = false;
  stripIsNext = isStripDue(model, nowMs);
  if (stripIsNext) askFrame();
}

function drawWhole(silent) {
  wholeAsked = false;
  drawnSilent = silent;
  const alerts = silent ? loseConnection(model) : model.alerts;
  drawAlert(alerts, model.bands.length);
  drawBands(model);
  const acknowledging = wantsAcknowledging(alerts);
  drawControls(model, acknowledging, sound.state);
  drawSession(model, silent, alerts, acknowledging);
  drawSetup(model, silent);
  drawTold(model, acknowledging);
  drawStatus(model, silent);
}

// What a silent service cannot say itself: that it is silent.
function watch() {
  takeLevels();
  const nowMs = performance.now();
  const silent = isSilent(model, nowMs);
  if (silent && !wasSilent) {
    sound.play("lost", 2);
    // Heard again only where somebody is in the middle of a set.
    const active = model.bands.some((band) => band.phase === "active");
    lostAgainAtMs = active ? nowMs + LOST_AGAIN_MS : Infinity;
    lostUntilMs = nowMs + LOST_MOST_MS;
  } else if (silent && nowMs >= lostAgainAtMs && nowMs < lostUntilMs) {
    sound.play("lost", 2);
    lostAgainAtMs = nowMs + LOST_AGAIN_MS;
  }
  if (silent !== wasSilent) redraw();
  wasSilent = silent;
  if (setting("zone_tone") === "on" && model.bands.some((band) => isWorkingInZone(band, nowMs))) {
    sound.tickInZone();
  }
  drawMute();
  keepAwake(model, nowMs);
  stream.watch(nowMs);
}

function isWorkingInZone(band, nowMs) {
  return band.phase === "active" && zoneOf(model, band, nowMs) === "in";
}

const ask = (what) => stream.ask(what);
const lead = (what) => {
  const sent = ask({ do: "session", lead: what });
  if (!sent) showReply(words.live.not_sent, false);
  return sent;
};
const mute = wireMute(sound);
const stop = () => {
  lostAgainAtMs = Infinity; // nothing nags after a stop
  stopForTingling(ask);
};
wireControls(ask, sound, stop);
wireSession(lead, redraw);
wireTold(lead);
wireSettings(redraw);
wireSetup(ask, sound);
whenOpened("settings", wireDevices(document.getElementById("devices")));
wireKeys({
  forward: goForward,
  stop,
  pause: pauseOrResume,
  mute,
  close: () => openView(""),
});
stream.open();
// Nothing is drawn where nothing comes, but that.
for (const ms of [FIRST_DRAWN_MS, CONNECTING_MS + 1]) setTimeout(redraw, ms);
setInterval(watch, WATCH_EVERY_MS);
