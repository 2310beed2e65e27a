// A panel's frames as its visualization gets them: transformed, with units, thresholds and colours.
import {
  applyFieldOverrides,
  FieldConfigOptionsRegistry,
  identityOverrideProcessor,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from "@grafana/data";
import { firstValueFrom } from "rxjs";

import { framesOf } from "./frames.js";

standardTransformersRegistry.setInit(() =>
  [...new Set(Object.values(standardTransformers))].map((transformation) => ({
    id: transformation.id,
    name: transformation.name,
    transformation,
  })),
);

const NUMBERS_ONLY = new Set(["min", "max", "decimals", "thresholds"]);
const STANDARD =
  "unit min max decimals displayName noValue thresholds mappings links color description filterable".split(" ");

// What a visualization sets where the dashboard says nothing.
const PALETTE = { mode: "palette-classic" };
const THRESHOLDS = { mode: "thresholds" };
const CURVE = {
  drawStyle: "line",
  lineInterpolation: "linear",
  lineWidth: 1,
  fillOpacity: 0,
  gradientMode: "none",
  showPoints: "auto",
  pointSize: 5,
  spanNulls: false,
  barAlignment: 0,
  axisPlacement: "auto",
  stacking: { mode: "none", group: "A" },
  thresholdsStyle: { mode: "off" },
};
const DEFAULTS = {
  timeseries: { color: PALETTE, custom: CURVE },
  "state-timeline": { color: THRESHOLDS, custom: { fillOpacity: 70, lineWidth: 0 } },
  table: { color: THRESHOLDS, custom: { align: "auto", cellOptions: { type: "auto" }, inspect: false } },
};

/** The frames of a panel, from the answers to its queries. */
export async function framesFor(panel, replaceVariables, theme, timeZone) {
  const raw = panel.answers.filter((answer) => answer.series.length).flatMap(framesOf);
  const transformed = await firstValueFrom(
    transformDataFrame(panel.transformations ?? [], raw, { interpolate: replaceVariables }),
  );
  const fieldConfig = withDefaults(panel);
  return applyFieldOverrides({
    data: transformed,
    fieldConfig,
    fieldConfigRegistry: registryFor(fieldConfig),
    replaceVariables,
    theme,
    timeZone,
  });
}

function withDefaults(panel) {
  const own = DEFAULTS[panel.type] ?? { color: THRESHOLDS };
  const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
  const custom = { ...own.custom, ...defaults.custom };
  return { defaults: { ...own, ...defaults, custom }, overrides };
}

/** Grafana's application fills this register from its panel plugins; here, from what is used. */
function registryFor({ defaults, overrides }) {
  const overridden = overrides.flatMap(({ properties }) => properties.map(({ id }) => id));
  const custom = new Set([
    ...Object.keys(defaults.custom),
    ...overridden.filter((id) => id.startsWith("custom.")).map((id) => id.slice("custom.".length)),
  ]);
  return new FieldConfigOptionsRegistry(() => [
    ...STANDARD.map((path) => property(path, path)),
    ...[...custom].map((path) => ({ ...property(`custom.${path}`, path), isCustom: true })),
  ]);
}

function property(id, path) {
  return { id, path, name: id, process: identityOverrideProcessor, shouldApply: ({ type }) => applies(path, type) };
}

/** What is set for all fields is not for each: times have no limits, and no label of the other axis. */
function applies(path, type) {
  if (NUMBERS_ONLY.has(path)) return type === "number";
  return path !== "axisLabel" || (type !== "time" && type !== "string");
}
