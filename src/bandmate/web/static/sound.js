// Plays the tones that the service asks for; a browser allows it only after a tap.

const TONES = [
  "stop", "ease", "check", "lost", "info", "rep",
  "hold_started", "hold_half", "hold_ending", "done",
];

export class Sound {
  #context = new AudioContext();
  #buffers = new Map();
  #playing = null;
  #playingRank = Infinity;

  constructor(changed) {
    this.#context.onstatechange = changed;
    for (const type of ["click", "keydown"]) {
      document.addEventListener(type, () => this.#context.resume());
    }
    // Fetched at once: the tone for a lost service cannot be fetched from it.
    for (const tone of TONES) this.#load(tone);
  }

  get state() {
    return this.#context.state === "running" ? "allowed" : "blocked";
  }

  // A tone ends one of the same or a higher rank, and waits for none: see `cues.py`.
  play(tone, rank) {
    if (this.#playing && this.#playingRank < rank) return;
    this.#playing?.stop();
    this.#playing = null;
    const buffer = this.#buffers.get(tone);
    if (buffer && this.state === "allowed") this.#start(buffer, rank);
  }

  async test(tone = "done") {
    await this.#context.resume();
    this.play(tone, 4);
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
    const answer = await fetch(`tones/${tone}.wav`);
    this.#buffers.set(tone, await this.#context.decodeAudioData(await answer.arrayBuffer()));
  }
}
