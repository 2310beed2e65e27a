// What Grafana's InfluxDB source makes of the answer to an InfluxQL query: data frames.
import { FieldType, toDataFrame } from "@grafana/data";

const ALIAS = /\[\[([@/\w-]+)\]\]|\$([@\w-]+)/g;

/** The frames of one query: `answer` is the `series` of InfluxDB's `/query`, times in ms. */
export function framesOf({ refId, resultFormat, alias, series }) {
  const frames = resultFormat === "table" ? [asTable(series)] : series.flatMap((row) => asCurves(row, alias));
  return frames.map((frame) => toDataFrame({ ...frame, refId }));
}

/** A frame a column, with its series' tags as labels. */
function asCurves(row, alias) {
  const times = column(row, row.columns.indexOf("time"));
  return row.columns.flatMap((name, at) => {
    if (name === "time") return [];
    const label = curveName(row, name, alias);
    return {
      name: label,
      fields: [
        { name: "Time", type: FieldType.time, values: times, config: {} },
        { ...typed(column(row, at)), name: "Value", labels: row.tags, config: { displayNameFromDS: label } },
      ],
    };
  });
}

/** One frame of all series, below each other; tags become columns. */
function asTable(series) {
  const [first] = series;
  const below = (values) => series.flatMap(values);
  const tags = Object.keys(first.tags ?? {}).map((key) => ({
    name: key,
    type: FieldType.string,
    values: below((row) => row.values.map(() => row.tags[key])),
    config: { displayNameFromDS: key },
  }));
  const columns = first.columns.map((name, at) => {
    const values = below((row) => column(row, at));
    if (name === "time") return { name: "Time", type: FieldType.time, values, config: {} };
    return { ...typed(values), name, config: { displayNameFromDS: name } };
  });
  return { name: first.name, fields: [columns[0], ...tags, ...columns.slice(1)] };
}

function column(row, at) {
  return row.values.map((values) => values[at]);
}

function typed(values) {
  const kind = typeof values.find((value) => value !== null);
  const type = { string: FieldType.string, boolean: FieldType.boolean }[kind] ?? FieldType.number;
  return { type, values };
}

function curveName(row, name, alias) {
  if (alias) {
    return alias.replace(ALIAS, (all, bracketed, plain) => {
      const key = bracketed ?? plain;
      if (key === "m" || key === "measurement") return row.name;
      if (key === "col") return name;
      return key.startsWith("tag_") ? (row.tags?.[key.slice(4)] ?? all) : all;
    });
  }
  const tags = Object.entries(row.tags ?? {}).map(([key, value]) => `${key}: ${value}`);
  return `${row.name}.${name}${tags.length ? ` { ${tags.join(", ")} }` : ""}`;
}
