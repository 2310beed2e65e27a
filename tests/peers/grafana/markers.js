// Annotations on curves: Grafana's application draws them; here a dashed line and a triangle below it.
const seen = new WeakSet();

/** Has the markers painted over a plot, once a plot. */
export function marking(annotations, theme) {
  return (config) => {
    if (seen.has(config)) return null;
    seen.add(config);
    config.addHook("draw", (plot) => {
      for (const { times, color } of annotations) {
        paint(plot, times, theme.visualization.getColorByName(color));
      }
    });
    return null;
  };
}

function paint({ ctx, bbox, scales, valToPos }, times, color) {
  const ratio = window.devicePixelRatio;
  const bottom = bbox.top + bbox.height;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.lineWidth = ratio;
  ctx.setLineDash([5 * ratio, 5 * ratio]);
  for (const time of times) {
    if (time < scales.x.min || time > scales.x.max) continue;
    const x = valToPos(time, "x", true);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bottom);
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(x, bottom);
    ctx.lineTo(x - 4 * ratio, bottom + 6 * ratio);
    ctx.lineTo(x + 4 * ratio, bottom + 6 * ratio);
    ctx.fill();
  }
  ctx.restore();
}
