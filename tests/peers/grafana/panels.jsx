// What is drawn in a panel, by its type.
import { getDisplayValueAlignmentFactors, getFieldDisplayValues, renderTextPanelMarkdown } from "@grafana/data";
import { BarGauge, BigValue, Table, TimeSeries, VizRepeater } from "@grafana/ui";

import { marking } from "./markers.js";
import { Timeline } from "./timeline.jsx";

const CURVES = { displayMode: "list", placement: "bottom", calcs: [], showLegend: true };

function Curves({ frames, options, annotations, ...size }) {
  return (
    <TimeSeries {...size} frames={frames} options={options} legend={{ ...CURVES, ...options.legend }} structureRev={1}>
      {marking(annotations, size.theme)}
    </TimeSeries>
  );
}

/** A value a place: stat and bar gauge share everything but what stands in the place. */
function repeated(place) {
  return function Repeated({ frames, panel, options, theme, timeZone, width, height, replaceVariables }) {
    const values = () =>
      getFieldDisplayValues({
        data: frames,
        fieldConfig: panel.fieldConfig,
        reduceOptions: { calcs: ["lastNotNull"], ...options.reduceOptions },
        sparkline: (options.graphMode ?? "area") !== "none",
        replaceVariables,
        theme,
        timeZone,
      });
    return (
      <VizRepeater
        getValues={values}
        source={frames}
        renderCounter={0}
        width={width}
        height={height}
        orientation={options.orientation ?? "auto"}
        itemSpacing={10}
        minVizWidth={options.minVizWidth}
        minVizHeight={options.minVizHeight}
        maxVizHeight={options.maxVizHeight}
        getAlignmentFactors={getDisplayValueAlignmentFactors}
        renderValue={({ value, ...room }) => place({ value, room, options, theme })}
      />
    );
  };
}

const Stat = repeated(({ value: { display, sparkline }, room, options, theme }) => (
  <BigValue
    value={display}
    count={room.count}
    alignmentFactors={room.alignmentFactors}
    sparkline={sparkline}
    width={room.width}
    height={room.height}
    colorMode={options.colorMode ?? "value"}
    graphMode={options.graphMode ?? "area"}
    justifyMode={options.justifyMode ?? "auto"}
    textMode={options.textMode ?? "auto"}
    text={options.text}
    disableWideLayout={options.wideLayout === false}
    theme={theme}
  />
));

const Bar = repeated(({ value: { display, field }, room, options, theme }) => (
  <BarGauge
    value={display}
    field={field}
    alignmentFactors={room.alignmentFactors}
    width={room.width}
    height={room.height}
    orientation={room.orientation}
    displayMode={options.displayMode ?? "gradient"}
    valueDisplayMode={options.valueMode}
    namePlacement={options.namePlacement}
    showUnfilled={options.showUnfilled ?? true}
    text={options.text}
    itemSpacing={10}
    theme={theme}
  />
));

function Rows({ frames, panel, options, width, height, timeRange, replaceVariables }) {
  return (
    <Table
      data={frames[0]}
      width={width}
      height={height}
      noHeader={options.showHeader === false}
      initialSortBy={options.sortBy}
      cellHeight={options.cellHeight}
      timeRange={timeRange}
      fieldConfig={panel.fieldConfig}
      replaceVariables={replaceVariables}
      getActions={() => []}
    />
  );
}

function Words({ options, replaceVariables }) {
  const html = renderTextPanelMarkdown(replaceVariables(options.content));
  return <div className="markdown-html" dangerouslySetInnerHTML={{ __html: html }} />;
}

/** Types by name, as dashboards have them. */
export const PANELS = {
  timeseries: Curves,
  stat: Stat,
  bargauge: Bar,
  table: Rows,
  text: Words,
  "state-timeline": Timeline,
};
