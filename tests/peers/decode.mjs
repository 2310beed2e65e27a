// Readings a second that a popular TypeScript library decodes: Progressor frames of 1 and of 15.
import { Progressor } from "@hangtime/grip-connect";

const READINGS = 6000;
const ROUNDS = 9;
const say = console.log;
console.log = () => {};

for (const size of [1, 15]) {
  const frames = [];
  for (let at = 0; at < READINGS; at += size) {
    const view = new DataView(new ArrayBuffer(2 + 8 * size));
    view.setUint8(0, 1);
    view.setUint8(1, 8 * size);
    for (let i = 0; i < size; i++) {
      view.setFloat32(2 + 8 * i, (at + i) % 40, true);
      view.setUint32(6 + 8 * i, (at + i) * 12500, true);
    }
    frames.push(view);
  }
  const seconds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const gauge = new Progressor();
    const begun = performance.now();
    for (const frame of frames) gauge.handleNotifications(frame);
    seconds.push((performance.now() - begun) / 1000);
  }
  seconds.sort((a, b) => a - b);
  say(JSON.stringify({ size, samples_per_s: READINGS / seconds[ROUNDS >> 1] }));
}
process.exit(0);
