// The banner: the one alert that matters most, in words, shape and colour.

import { setAttribute, setText, show } from "./dom.js";
import { ALERT_SHAPES } from "./shapes.js";
import words, { put } from "./text.js";

// A page that was opened so long ago, and was never answered, is without a service.
export const CONNECTING_MS = 3_000;

const root = document.getElementById("alert");
const part = (selector) => root.querySelector(selector);

export function drawAlert(alerts, bandCount) {
  const [first] = alerts;
  show(root, first !== undefined);
  if (first === undefined) {
    setText(part(".message"), "");
    return;
  }
  setAttribute(root, "data-urgency", first.urgency);
  setAttribute(root, "data-seen", first.acknowledged);
  setAttribute(part("path"), "d", ALERT_SHAPES[first.urgency]);
  const of = bandCount > 1 && first.band ? `${first.band}: ` : "";
  setText(part(".message"), of + messageOf(first));
  setText(part(".more"), alerts.length > 1 ? put(words.live.more_alerts, { count: alerts.length - 1 }) : "");
}

// In the page's language, where that has words for it.
export function messageOf({ code, message }) {
  return words.alerts[code] ?? message;
}

export function wantsAcknowledging([first]) {
  return first !== undefined && first.band !== "" && !first.acknowledged && first.urgency !== "info";
}

// What stood before the silence may be over, or worse: only the silence is known.
export function loseConnection(model) {
  const isLost = model.version !== "" || performance.now() > CONNECTING_MS;
  const message = isLost ? words.live.no_connection : words.live.connecting;
  return [{ band: "", urgency: isLost ? "check" : "info", message, acknowledged: false }];
}
