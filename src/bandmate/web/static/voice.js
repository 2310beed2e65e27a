// Says what is to be heard in words, where the browser can speak: one voice, the urgent first.

import { mutedMs, setting } from "./settings.js";
import { isLed } from "./model.js";
import words from "./text.js";

const RANKS = { stop: 0, ease: 1, check: 2, info: 3 };
const OF_THE_BAND = ["band_release", "tare_invalid", "hold_lost"];

const SAID_MOST_MS = 20_000; // some browsers never tell that an utterance has ended

let current = null; // what is being said: its utterance, its rank, and until when at most

// In a guided session the guide speaks, of alerts too; otherwise alerts speak for themselves.
export function speakOf(event, model) {
  if (event.event === "cue") say(event.text, event.urgency);
  if (event.event === "alert_raised" && !isLed(model)) say(shortly(event), event.urgency);
}

export function hush() {
  window.speechSynthesis?.cancel();
  current = null;
}

// Two metres away a word is understood, and a sentence is not. Advice is shown, and not said.
function shortly({ code, urgency }) {
  if (urgency === "check") return OF_THE_BAND.includes(code) ? words.voice.band : words.voice.sensor;
  return words.voice[urgency] ?? "";
}

function say(text, urgency) {
  const voice = window.speechSynthesis;
  if (!voice || !text || setting("voice") === "off" || mutedMs() > 0) return;
  const [rank, nowMs] = [RANKS[urgency], performance.now()];
  if (current && nowMs > current.untilMs) current = null;
  if (rank < RANKS.info) {
    if (current && rank > current.rank) return; // it is shown and sounded; two are not understood
    voice.cancel();
  }
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = words.language;
  utterance.onend = utterance.onerror = () => {
    if (current?.utterance === utterance) current = null;
  };
  // Guidance waits for its turn, in the browser's own queue; what comes before it counts till then.
  if (!current || rank < RANKS.info) current = { utterance, rank, untilMs: nowMs + SAID_MOST_MS };
  voice.speak(utterance);
}
