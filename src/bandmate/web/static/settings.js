// What a person likes, kept by the browser: unit, voice, tone in the zone. And the mute, which ends.

import { show } from "./dom.js";

const LIKED = { unit: "N", voice: "on", zone_tone: "off" };
const MUTED_MS = 15 * 60_000;

const kept = { ...LIKED, ...remembered() };
let mutedUntilMs = Number(sessionStorage.getItem("muted_until_ms") ?? 0);

// Only what is known, and nothing where it cannot be read: the page works without.
function remembered() {
  try {
    const liked = Object.entries(JSON.parse(localStorage.getItem("liked") ?? "{}"));
    return Object.fromEntries(liked.filter(([name]) => name in LIKED));
  } catch {
    return {};
  }
}

export const setting = (name) => kept[name];

// How long the page is still mute; 0: it is not.
export const mutedMs = () => Math.max(0, mutedUntilMs - Date.now());

export function toggleMute() {
  mutedUntilMs = mutedMs() > 0 ? 0 : Date.now() + MUTED_MS;
  sessionStorage.setItem("muted_until_ms", mutedUntilMs);
}

// `changed` is called after every change.
export function wireSettings(changed) {
  const form = document.querySelector("#view-settings form");
  for (const [name, value] of Object.entries(kept)) form.elements[name].value = value;
  form.onchange = ({ target }) => {
    kept[target.name] = target.value;
    localStorage.setItem("liked", JSON.stringify(kept));
    changed();
  };
  form.onsubmit = (event) => event.preventDefault();
  show(document.getElementById("voice"), "speechSynthesis" in window);
}
