// A state timeline. The panel plugin is not among Grafana's published parts: lanes are painted here,
// on Grafana's own axes, with the texts and colours that its value mappings give.
import { FieldType, formattedValueToString, getFieldDisplayName } from "@grafana/data";
import { UPlotChart, UPlotConfigBuilder, VizLayout, VizLegend } from "@grafana/ui";
import { useMemo } from "react";

const X = "x";
const Y = "y";
const LANE_SHARE = 0.9;
const TEXT_PX = 12;

export function Timeline({ frames, options, timeRange, theme, timeZone, width, height }) {
  const lanes = useMemo(() => lanesOf(frames, timeRange), [frames, timeRange]);
  const config = useMemo(() => plot(lanes, options, timeRange, theme, timeZone), [lanes]);
  const data = [[timeRange.from.valueOf(), timeRange.to.valueOf()]];
  const legend = options.legend?.showLegend === false ? null : <Legend lanes={lanes} {...options.legend} />;
  return (
    <VizLayout width={width} height={height} legend={legend}>
      {(room, tall) => <UPlotChart config={config} data={data} width={room} height={tall} />}
    </VizLayout>
  );
}

/** Every field but the times is a lane; a state lasts until the next one is told. */
function lanesOf(frames, timeRange) {
  return frames.flatMap((frame) => {
    const times = frame.fields.find(({ type }) => type === FieldType.time).values;
    return frame.fields
      .filter(({ type }) => type !== FieldType.time)
      .map((field) => ({ name: getFieldDisplayName(field, frame, frames), spans: spansOf(field, times, timeRange) }));
  });
}

function spansOf(field, times, { to }) {
  const spans = [];
  times.forEach((start, at) => {
    const value = field.values[at];
    const end = times[at + 1] ?? to.valueOf();
    const shown = field.display(value);
    const opacity = (field.config.custom.fillOpacity ?? 70) / 100;
    const text = formattedValueToString(shown);
    const last = spans.at(-1);
    if (last?.text === text && last.end === start) last.end = end;
    else if (value !== null && value !== undefined) spans.push({ start, end, text, color: shown.color, opacity });
  });
  return spans;
}

function plot(lanes, options, timeRange, theme, timeZone) {
  const builder = new UPlotConfigBuilder(timeZone);
  builder.addScale({
    scaleKey: X,
    orientation: 0,
    direction: 1,
    isTime: true,
    range: [timeRange.from.valueOf(), timeRange.to.valueOf()],
  });
  builder.addScale({ scaleKey: Y, orientation: 1, direction: -1, range: [0, lanes.length] });
  builder.addAxis({ scaleKey: X, isTime: true, placement: "bottom", timeZone, theme, grid: { show: true } });
  builder.addAxis({
    scaleKey: Y,
    placement: "left",
    splits: lanes.map((_, at) => at + 0.5),
    values: lanes.map(({ name }) => name),
    grid: { show: false },
    ticks: { show: false },
    gap: 15,
    theme,
  });
  builder.addHook("draw", (chart) => paint(chart, lanes, options, theme));
  return builder;
}

function paint({ ctx, bbox, valToPos }, lanes, options, theme) {
  const ratio = window.devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${TEXT_PX * ratio}px ${theme.typography.fontFamily}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  lanes.forEach(({ spans }, at) => {
    const tall = (bbox.height / lanes.length) * (options.rowHeight ?? LANE_SHARE);
    const middle = valToPos(at + 0.5, Y, true);
    for (const { start, end, text, color, opacity } of spans) {
      const left = Math.max(valToPos(start, X, true), bbox.left);
      const wide = valToPos(end, X, true) - left;
      ctx.fillStyle = color;
      ctx.globalAlpha = opacity;
      ctx.fillRect(left, middle - tall / 2, wide, tall);
      ctx.globalAlpha = 1;
      if (options.showValue === "never" || ctx.measureText(text).width > wide - 8 * ratio) continue;
      ctx.fillStyle = theme.colors.getContrastText(color);
      ctx.fillText(text, left + 4 * ratio, middle);
    }
  });
  ctx.restore();
}

function Legend({ lanes, placement = "bottom", displayMode = "list" }) {
  const states = new Map(lanes.flatMap(({ spans }) => spans.map(({ text, color }) => [text, color])));
  const items = [...states].map(([label, color]) => ({ label, color, yAxis: 1 }));
  return (
    <VizLayout.Legend placement={placement}>
      <VizLegend items={items} placement={placement} displayMode={displayMode} />
    </VizLayout.Legend>
  );
}
