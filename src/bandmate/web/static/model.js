// What the page knows, and what may be shown of it. Pure: messages and times in, values out.

const SILENT_MS = 700;
const FULL_SCALE_OVER_CEILING = 1.12;
const FREE_SCALE_N = 50;

export const ZONES = {
  slack: "slack",
  below: "below",
  in: "in zone",
  high: "high",
  over: "over limit",
  unknown: "unsure",
  free: "no zone",
  stale: "no data",
};

export const initial = {
  version: "",
  bands: [],
  sinks: [],
  alerts: [],
  exercises: [],
  heardAtMs: -Infinity, // when the live state last came
  moved: {}, // band -> {t_s, atMs}: when its state last advanced
  peakN: {}, // band -> highest level seen, for the scale where no zone is set
};

export function apply(model, message, nowMs) {
  switch (message.type) {
    case "hello":
      return withBands({ ...initial, ...message }, message.bands, nowMs);
    case "state":
      return withBands({ ...model, sinks: message.sinks }, message.bands, nowMs);
    case "alerts":
      return { ...model, alerts: message.alerts };
    default:
      return model;
  }
}

function withBands(model, bands, nowMs) {
  const moved = {};
  const peakN = {};
  for (const { band, t_s, tension_n } of bands) {
    const before = model.moved[band];
    moved[band] = before?.t_s === t_s ? before : { t_s, atMs: nowMs };
    peakN[band] = Math.max(model.peakN[band] ?? 0, tension_n ?? 0);
  }
  return { ...model, bands, moved, peakN, heardAtMs: nowMs };
}

export function isSilent(model, nowMs) {
  return nowMs - model.heardAtMs > SILENT_MS;
}

// The zone to show. Data that is missing or old is never shown as a zone.
export function zoneOf(model, band, nowMs) {
  const old = nowMs - model.moved[band.band].atMs > SILENT_MS;
  if (isSilent(model, nowMs) || old || !band.available || band.tension_n === null) return "stale";
  return band.limits ? band.zone : "free";
}

// The dial's segments from 0 to its full scale: [zone, from, to] in newton.
export function segments(band, peakN) {
  if (!band.limits) {
    return [["free", 0, Math.max(FREE_SCALE_N, Math.ceil(peakN / FREE_SCALE_N) * FREE_SCALE_N)]];
  }
  const { slack_n, low_n, high_n, limit_n, ceiling_n } = band.limits;
  const edges = [0, slack_n, low_n, high_n, limit_n, ceiling_n * FULL_SCALE_OVER_CEILING];
  return ["slack", "below", "in", "high", "over"].map((zone, i) => [zone, edges[i], edges[i + 1]]);
}
