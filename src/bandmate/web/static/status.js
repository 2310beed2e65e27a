// How every sensor link and every way out stands: one line, and the whole story on demand.

import words from "./text.js";
import { element, setAttribute, setText } from "./dom.js";

const root = document.getElementById("status");
const summary = root.querySelector("summary");
const list = root.querySelector("ul");

let listed = "";

export function drawStatus(model, silent) {
  const lines = silent
    ? [[words.status.page, words.status.no_connection, words.status.trying, false]]
    : [...model.bands.map(bandLine), ...model.sinks.map(sinkLine)];
  setText(summary, lines.map(([name, word]) => `${name} ${word}`).join(" · "));
  setAttribute(summary, "data-well", lines.every(([, , , well]) => well));
  const texts = lines.map(([name, word, text]) => `${name} ${word}: ${text}`);
  if (texts.join() === listed) return;
  listed = texts.join();
  list.replaceChildren(...texts.map((text) => element("li", "", text)));
}

function bandLine(band) {
  const battery = band.battery_pct === null ? "" : ` ${Math.round(band.battery_pct)} %`;
  return [band.band, words.links[band.link] + battery, band.link_text, ["streaming", "asleep"].includes(band.link)];
}

function sinkLine(sink) {
  return [sink.name, words.ways_out[sink.state], sink.text, sink.state === "up"];
}
