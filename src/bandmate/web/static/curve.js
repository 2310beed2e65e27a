// What is drawn of a band's last seconds: readings, repetitions and alerts. Pure.

export const KEPT_S = 20;

const GAP_S = 0.5; // readings further apart are not joined: nothing is known of what lies between

export const newCurve = () => ({ t_s: [], values: [], marks: [] });

// Adds the readings of a piece that are newer than what is there; a gap becomes a break.
export function extend(curve, piece) {
  const { t_s, values } = curve;
  for (let i = 0; i < piece.t_s.length; i++) {
    const newest = t_s.at(-1) ?? -Infinity;
    const at = piece.t_s[i];
    if (at <= newest) continue;
    if (at - newest > GAP_S && t_s.length > 0) {
      t_s.push((at + newest) / 2);
      values.push(null);
    }
    t_s.push(at);
    values.push(piece.values[i]);
  }
  forget(curve);
}

// Adds what an event says to be seen on the curve, if anything.
export function mark(curve, event) {
  const found = markOf(event);
  if (found) curve.marks.push(found);
}

function markOf(event) {
  switch (event.event) {
    case "rep": {
      const value = event.peak_n ?? event.peak_deg;
      return { t_s: event.peak_s, kind: "rep", value, full: event.grade === "full", index: event.index };
    }
    case "alert_raised":
      return { t_s: event.onset_s, kind: event.urgency };
    default:
      return null;
  }
}

function forget(curve) {
  const oldest = curve.t_s.at(-1) - KEPT_S;
  const over = curve.t_s.findIndex((t_s) => t_s >= oldest);
  curve.t_s.splice(0, over);
  curve.values.splice(0, over);
  curve.marks = curve.marks.filter(({ t_s }) => t_s >= oldest);
}
