// The mute: always to be seen while it lasts, and over by itself. The host's own sound stays on.

import { setAttribute, setText } from "./dom.js";
import { SPEAKERS } from "./shapes.js";
import { mutedMs, toggleMute } from "./settings.js";
import words, { put } from "./text.js";
import { hush } from "./voice.js";

const button = document.getElementById("mute");
let drawnMinutes = null;

// Gives what mutes, or ends it.
export function wireMute(sound) {
  const toggle = () => {
    toggleMute();
    if (mutedMs() > 0) {
      sound.hush();
      hush();
    }
    drawMute();
  };
  button.onclick = toggle;
  return toggle;
}

export function drawMute() {
  const minutes = Math.ceil(mutedMs() / 60_000);
  if (minutes === drawnMinutes) return;
  drawnMinutes = minutes;
  const muted = minutes > 0;
  setAttribute(button, "aria-pressed", muted);
  setAttribute(button.querySelector("path"), "d", SPEAKERS[muted ? "muted" : "loud"]);
  setText(button.querySelector("span"), muted ? put(words.controls.muted, { minutes }) : "");
}
