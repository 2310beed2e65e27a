// The banner: the one alert that matters most, in words, shape and colour.

import { setAttribute, setText, show } from "./dom.js";
import { ALERT_SHAPES } from "./shapes.js";

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
  setText(part(".message"), of + first.message);
  setText(part(".more"), alerts.length > 1 ? `and ${alerts.length - 1} more` : "");
}

export function wantsAcknowledging([first]) {
  return first !== undefined && first.band !== "" && !first.acknowledged && first.urgency !== "info";
}

// What stood before the silence may be over, or worse: only the silence is known.
export function loseConnection(model) {
  const message = model.version
    ? "No connection to bandmate: nothing is shown or sounded here. Trying again."
    : "Connecting to bandmate.";
  return [{ band: "", urgency: model.version ? "check" : "info", message, acknowledged: false }];
}
