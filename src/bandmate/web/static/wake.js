// Keeps the screen on while a set or a guided session runs, where the browser can.

import { isLed } from "./model.js";

// A service that has said nothing for so long will not need the screen.
const SILENT_MOST_MS = 300_000;

let lock = null;
let wanted = false;
let asking = false;

// To be called again and again.
export function keepAwake(model, nowMs) {
  const runs = isLed(model) || model.bands.some((band) => band.phase === "active");
  want(runs && nowMs - model.heardAtMs < SILENT_MOST_MS);
}

// A refusal (an empty battery) is not argued with: it is asked again when the page is come back to.
function want(awake) {
  if (awake === wanted) return;
  wanted = awake;
  if (wanted) ask();
  else lock?.release();
}

async function ask() {
  if (!navigator.wakeLock || asking || lock !== null || document.visibilityState !== "visible") return;
  asking = true;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => (lock = null));
    if (!wanted) lock.release();
  } catch {
    lock = null;
  } finally {
    asking = false;
  }
}

// The browser takes the lock away with the page out of sight.
document.addEventListener("visibilitychange", () => {
  if (wanted) ask();
});
