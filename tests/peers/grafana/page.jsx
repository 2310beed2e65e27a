// A whole dashboard as Grafana lays it out. `window.draw(scene)` draws it and tells what was drawn.
import { createTheme, dateTimeForTimeZone, rangeUtil, ThemeContext } from "@grafana/data";
import { Button, GlobalStyles, InlineLabel, LinkButton, PanelChrome } from "@grafana/ui";
import { createRoot } from "react-dom/client";

import { framesFor } from "./fields.js";
import { PANELS } from "./panels.jsx";

const COLUMNS = 24;
const ROW_PX = 30;
const GAP_PX = 8;
const TIME_ZONE = "utc";
const OVER_TIME = new Set(["timeseries", "state-timeline"]);
const SAY_SO = new Set(["stat", "bargauge", "text"]); // what says itself that there is nothing
const VARIABLE = /\$\{(\w+)(?::\w+)?\}|\$(\w+)|\[\[(\w+)\]\]/g;
const theme = createTheme({ colors: { mode: "dark" } });

/** Draws a dashboard.
 * @param scene its title; its panels with their `answers`; what else is shown; its time range in ms
 * @returns of every panel its title, type, and how many values there are to see in it
 */
window.draw = async ({ title, range, panels, variables, annotations, links }) => {
  await Promise.all([400, 500].map((weight) => document.fonts.load(`${weight} 12px Inter`))); // canvases do not wait
  const drawn = await Promise.all(panels.map((panel) => prepared(panel, variables, annotations)));
  createRoot(document.getElementById("page")).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Header title={title} links={links} variables={variables} timeRange={rangeOf(range)} />
      <Grid drawn={drawn} />
    </ThemeContext.Provider>,
  );
  return drawn.map(({ panel: { title, type }, frames, timeRange }) => {
    const seen = OVER_TIME.has(type) ? timeRange : { from: -Infinity, to: Infinity };
    return { title, type, values: valuesIn(frames, seen) };
  });
};

/** A panel with all that its drawing needs. */
async function prepared(panel, variables, annotations) {
  const replaceVariables = (text) => withVariables(text, panel.scoped, variables);
  const frames = await framesFor(panel, replaceVariables, theme, TIME_ZONE);
  const timeRange = rangeOf(panel.range);
  const options = panel.options ?? {};
  return { panel, options, frames, annotations, timeRange, replaceVariables, theme, timeZone: TIME_ZONE };
}

function withVariables(text, scoped, variables) {
  return text.replace(VARIABLE, (all, ...names) => {
    const name = names.slice(0, 3).find(Boolean);
    return scoped[name] ?? variables.find((variable) => variable.name === name)?.text ?? all;
  });
}

function rangeOf({ from, to }) {
  const ends = { from: dateTimeForTimeZone(TIME_ZONE, from), to: dateTimeForTimeZone(TIME_ZONE, to) };
  return { ...ends, raw: ends };
}

function Header({ title, links, variables, timeRange }) {
  const line = { display: "flex", gap: 8, alignItems: "center", flexWrap: "wrap" };
  return (
    <header style={{ ...line, padding: "16px 16px 8px" }}>
      <h1 style={{ fontSize: 20, margin: "0 16px 0 0" }}>{title}</h1>
      {variables.map(({ name, label, text }) => (
        <span key={name} style={{ display: "flex" }}>
          <InlineLabel width="auto">{label}</InlineLabel>
          <Button variant="secondary" fill="outline">{text}</Button>
        </span>
      ))}
      <span style={{ ...line, marginLeft: "auto" }}>
        {links.map((other) => (
          <LinkButton key={other} variant="secondary" size="sm" icon="external-link-alt">{other}</LinkButton>
        ))}
        <Button variant="secondary" icon="clock-nine">{rangeUtil.describeTimeRange(timeRange.raw)}</Button>
      </span>
    </header>
  );
}

function Grid({ drawn }) {
  const width = document.documentElement.clientWidth - 2 * 16;
  const unit = (width - GAP_PX * (COLUMNS - 1)) / COLUMNS;
  const bottom = Math.max(...drawn.map(({ panel: { gridPos } }) => gridPos.y + gridPos.h));
  return (
    <main style={{ position: "relative", margin: 16, marginTop: 8, height: bottom * (ROW_PX + GAP_PX) }}>
      {drawn.map((item) => {
        const { x, y, w, h } = item.panel.gridPos;
        const place = {
          width: Math.round(w * unit + (w - 1) * GAP_PX),
          height: h * ROW_PX + (h - 1) * GAP_PX,
        };
        const where = { position: "absolute", left: x * (unit + GAP_PX), top: y * (ROW_PX + GAP_PX) };
        return (
          <div key={item.panel.id} style={{ ...where, ...place }}>
            <Panel item={item} {...place} />
          </div>
        );
      })}
    </main>
  );
}

function Panel({ item, width, height }) {
  const { panel, frames, replaceVariables } = item;
  if (panel.type === "row") return <h2 style={{ fontSize: 16, margin: 4 }}>{panel.title}</h2>;
  const Drawing = frames.length || SAY_SO.has(panel.type) ? PANELS[panel.type] : Nothing;
  return (
    <PanelChrome title={replaceVariables(panel.title)} description={panel.description} width={width} height={height}>
      {(innerWidth, innerHeight) => <Drawing {...item} width={innerWidth} height={innerHeight} />}
    </PanelChrome>
  );
}

function Nothing({ panel }) {
  return <p style={{ textAlign: "center" }}>{panel.fieldConfig.defaults.noValue ?? "No data"}</p>;
}

/** How many values lie in a time range. */
function valuesIn(frames, { from, to }) {
  let count = 0;
  for (const { fields } of frames) {
    const times = fields.find(({ type }) => type === "time")?.values;
    for (const { type, values } of fields) {
      if (type === "time") continue;
      count += values.filter((value, at) => value != null && (!times || (times[at] >= from && times[at] <= to))).length;
    }
  }
  return count;
}
