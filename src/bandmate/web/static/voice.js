// Says what is to be heard in words, where the browser can speak: one voice, the urgent first.

import { mutedMs, setting } from "./settings.js";
import { isLed } from "./model.js";
import words from "./text.js";

const RANKS = { stop: 0, ease: 1, check: 2, info: 3 };
const OF_THE_BAND = ["band_release", "tare_invalid", "hold_lost"];

let saying = Infinity; // the rank of what is being said

// In a guided session the guide speaks, of alerts too; otherwise alerts speak for themselves.
export function speakOf(event, model) {
  if (event.event === "cue") say(event.text, event.urgency);
  if (event.event === "alert_raised" && !isLed(model)) say(shortly(event), event.urgency);
}

export function hush() {
  window.speechSynthesis?.cancel();
  saying = Infinity;
}

// Two metres away a word is understood, and a sentence is not. Advice is shown, and not said.
function shortly({ code, urgency }) {
  if (urgency === "check") return OF_THE_BAND.includes(code) ? words.voice.band : words.voice.sensor;
  return words.voice[urgency] ?? "";
}

function say(text, urgency) {
  const voice = window.speechSynthesis;
  if (!voice || !text || setting("voice") === "off" || mutedMs() > 0) return;
  const rank = RANKS[urgency];
  if (rank > saying) return;
  if (rank < RANKS.info) voice.cancel(); // guidance waits for its turn, and nothing urgent does
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = words.language;
  utterance.onend = utterance.onerror = () => {
    if (!voice.pending) saying = Infinity;
  };
  saying = rank;
  voice.speak(utterance);
}
