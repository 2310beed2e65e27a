// A whole dashboard as Grafana lays it out. `window.draw(scene)` draws it and tells what was drawn.
import { createTheme, dateTime, rangeUtil, ThemeContext } from "@grafana/data";
import { Button, GlobalStyles, InlineLabel, LinkButton, PanelChrome } from "@grafana/ui";
import { createRoot } from "react-dom/client";

import { framesFor } from "./fields.js";
import { PANELS } from "./panels.jsx";

const COLUMNS = 24;
const ROW_PX = 30;
const GAP_PX = 8;
const TIME_ZONE = "utc";
const theme = createTheme({ colors: { mode: "dark" } });

/** Draws a dashboard.
 * @param scene its JSON; its panels with their `answers`; what else is shown; the time range in ms
 * @returns a line a panel: its title, and how many values it has in the time range
 */
window.draw = async ({ dashboard, panels, variables, annotations, links, range }) => {
  await Promise.all([400, 500].map((weight) => document.fonts.load(`${weight} 12px Inter`))); // canvases do not wait
  const replaceVariables = (text) => withVariables(text, variables);
  const timeRange = rangeOf(range, dashboard.time);
  const drawn = await Promise.all(
    panels.map(async (panel) => ({
      panel,
      frames: await framesFor(panel, panel.answers, replaceVariables, theme, TIME_ZONE),
    })),
  );
  const shared = { annotations, timeRange, replaceVariables, theme, timeZone: TIME_ZONE };
  createRoot(document.getElementById("page")).render(
    <ThemeContext.Provider value={theme}>
        <GlobalStyles />
        <Header dashboard={dashboard} links={links} variables={variables} timeRange={timeRange} />
        <Grid drawn={drawn} shared={shared} />
    </ThemeContext.Provider>,
  );
  return drawn.map(({ panel, frames }) => ({ title: panel.title, type: panel.type, values: valuesIn(frames, timeRange) }));
};

function withVariables(text, variables) {
  return text.replace(/\$\{(\w+)(?::\w+)?\}|\$(\w+)|\[\[(\w+)\]\]/g, (all, ...names) => {
    const variable = variables.find(({ name }) => names.includes(name));
    return variable ? variable.text : all;
  });
}

function rangeOf({ from, to }, raw) {
  return { from: dateTime(from), to: dateTime(to), raw };
}

function Header({ dashboard, links, variables, timeRange }) {
  const line = { display: "flex", gap: 8, alignItems: "center", flexWrap: "wrap" };
  return (
    <header style={{ ...line, padding: "16px 16px 8px" }}>
      <h1 style={{ fontSize: 20, margin: "0 16px 0 0" }}>{dashboard.title}</h1>
      {variables
        .filter(({ hide }) => hide !== 2)
        .map(({ name, label, text }) => (
          <span key={name} style={{ display: "flex" }}>
            <InlineLabel width="auto">{label || name}</InlineLabel>
            <Button variant="secondary" fill="outline">{text}</Button>
          </span>
        ))}
      <span style={{ ...line, marginLeft: "auto" }}>
        {links.map((title) => (
          <LinkButton key={title} variant="secondary" size="sm" icon="external-link-alt">{title}</LinkButton>
        ))}
        <Button variant="secondary" icon="clock-nine">{rangeUtil.describeTimeRange(timeRange.raw)}</Button>
      </span>
    </header>
  );
}

function Grid({ drawn, shared }) {
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
            <Panel {...item} {...place} shared={shared} />
          </div>
        );
      })}
    </main>
  );
}

function Panel({ panel, frames, width, height, shared }) {
  if (panel.type === "row") return <h2 style={{ fontSize: 16, margin: 4 }}>{panel.title}</h2>;
  const Drawing = PANELS[panel.type];
  return (
    <PanelChrome
      title={shared.replaceVariables(panel.title)}
      description={panel.description}
      displayMode={panel.transparent ? "transparent" : "default"}
      width={width}
      height={height}
    >
      {(innerWidth, innerHeight) => (
        <Drawing panel={panel} frames={frames} options={panel.options ?? {}} width={innerWidth} height={innerHeight} {...shared} />
      )}
    </PanelChrome>
  );
}

/** How many values there are to see: of curves, those in the time range. */
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
