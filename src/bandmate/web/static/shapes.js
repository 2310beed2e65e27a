// One shape a meaning, so that none is told by colour alone. Paths in a box of 24 x 24.

export const SHAPES = {
  slack: "M3 13h18v-2H3z",
  below: "M2 6h20L12 21z",
  in: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20m-1.6 14.6-4-4 1.8-1.8 2.2 2.2 5.4-5.4 1.8 1.8z",
  high: "M2 19h20L12 4z",
  over: "M8 2h8l6 6v8l-6 6H8l-6-6V8zm2.7 4v7.5h2.6V6zm0 9.5V18h2.6v-2.5z",
  unknown: "M3 3h18v18H3zm7.7 3v7.5h2.6V6zm0 9.5V18h2.6v-2.5z",
  free: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16m0 3a5 5 0 1 1 0 10 5 5 0 0 1 0-10",
  stale: "M5 3 3 5l7 7-7 7 2 2 7-7 7 7 2-2-7-7 7-7-2-2-7 7z",
};

export const ALERT_SHAPES = {
  stop: SHAPES.over,
  ease: "M2 4h20L12 22z",
  check: SHAPES.unknown,
  info: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20m-1.3 4.5h2.6V9h-2.6zm0 4.5h2.6v6.5h-2.6z",
};

export const SPEAKERS = {
  loud: "M3 9v6h4l6 5V4L7 9zm12-1.5v9a5 5 0 0 0 0-9m0-4v2.2a7 7 0 0 1 0 12.6v2.2a9 9 0 0 0 0-17",
  muted: "M3 9v6h4l6 5V4L7 9zm12.2-.4-1.4 1.4L16 12l-2.2 2 1.4 1.4 2.2-2 2.2 2L21 14l-2.2-2 2.2-2-1.4-1.4-2.2 2z",
};
