// Plays the tones that the service asks for; a browser allows it only after a tap.

import { mutedMs } from "./settings.js";

const TONES = [
  "stop", "ease", "check", "lost", "info", "rep",
  "hold_started", "hold_half", "hold_ending", "done",
];
const TEST_RANK = 4; // whatever is meant comes before it
const ZONE_HZ = 330;
const ZONE_LENGTH_S = 0.12;
const ZONE_EVERY_S = 1;
const ZONE_LEVEL = 0.06;

export class Sound {
  #context = new AudioContext();
  #buffers = new Map();
  #playing = null;
  #playingRank = Infinity;
  #zoneAtS = 0;

  constructor(changed) {
    this.#context.onstatechange = changed;
    for (const type of ["click", "keydown"]) {
      document.addEventListener(type, () => this.#context.resume());
    }
    // Fetched at once: the tone for a lost service cannot be fetched from it.
    this.load();
  }

  // Fetches what is missing: at the start, and again when the service is there again.
  load() {
    for (const tone of TONES) if (!this.#buffers.has(tone)) this.#load(tone);
  }

  get state() {
    return this.#context.state === "running" ? "allowed" : "blocked";
  }

  // A tone ends one of the same or a higher rank, and waits for none: see `cues.py`.
  play(tone, rank) {
    if (this.#playing && this.#playingRank < rank) return;
    this.hush();
    const buffer = this.#buffers.get(tone);
    if (buffer && this.state === "allowed" && mutedMs() === 0) this.#start(buffer, rank);
  }

  hush() {
    this.#playing?.stop();
    this.#playing = null;
  }

  // A quiet tick while a pull is in its zone; never continuous, and never over another tone.
  tickInZone() {
    const nowS = this.#context.currentTime;
    if (nowS < this.#zoneAtS || this.#playing || this.state === "blocked" || mutedMs() > 0) return;
    this.#zoneAtS = nowS + ZONE_EVERY_S;
    const gain = new GainNode(this.#context, { gain: 0 });
    gain.gain.linearRampToValueAtTime(ZONE_LEVEL, nowS + 0.02);
    gain.gain.linearRampToValueAtTime(0, nowS + ZONE_LENGTH_S);
    const tone = new OscillatorNode(this.#context, { frequency: ZONE_HZ });
    tone.connect(gain).connect(this.#context.destination);
    tone.start();
    tone.stop(nowS + ZONE_LENGTH_S);
  }

  async test(tone) {
    await this.#context.resume();
    this.play(tone, TEST_RANK);
  }

  #start(buffer, rank) {
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#context.destination);
    source.onended = () => {
      if (this.#playing === source) this.#playing = null;
    };
    source.start();
    this.#playing = source;
    this.#playingRank = rank;
  }

  async #load(tone) {
    try {
      const answer = await fetch(`tones/${tone}.wav`);
      this.#buffers.set(tone, await this.#context.decodeAudioData(await answer.arrayBuffer()));
    } catch {
      // It is fetched with the next greeting of the service.
    }
  }
}
