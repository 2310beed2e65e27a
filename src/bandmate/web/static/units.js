// A pull in the unit that the person likes. The service knows newton alone.

import { setting } from "./settings.js";

// Newton in one of it, and digits behind the point.
const UNITS = {
  N: [1, 0],
  kg: [9.80665, 1],
  lb: [4.4482216152605, 0],
};

// What is shown of a reading, and its unit: forces in the person's unit, all else as it is.
export function shown({ value, unit }) {
  const [newton, digits] = UNITS[unit === "N" ? setting("unit") : unit] ?? [1, 0];
  const text = (value / newton).toFixed(digits);
  return { text: Number(text) === 0 ? text.replace("-", "") : text, unit: unit === "N" ? setting("unit") : unit };
}
