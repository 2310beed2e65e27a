// The socket to the service. It comes back by itself, and gives up one that has gone quiet.

import { askWhetherLetIn } from "./letin.js";

const FIRST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 2_000;
const GIVE_UP_MS = 3_000;

// Of the levels only the newest is read, and only when it is asked for: a slow page reads what it draws.
const LEVELS = '{"type":"levels"';

export class Stream {
  #socket = null;
  #levels = null;
  #heardAtMs = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #receive;

  // `receive` gets every message; levels have come when it gets null.
  constructor(receive) {
    this.#receive = receive;
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/stream`);
    this.#socket = socket;
    this.#heardAtMs = performance.now();
    socket.onmessage = ({ data }) => {
      this.#heardAtMs = performance.now();
      this.#pauseMs = FIRST_PAUSE_MS;
      const isLevels = data.startsWith(LEVELS);
      if (isLevels) this.#levels = { data, atMs: this.#heardAtMs };
      this.#receive(isLevels ? null : JSON.parse(data));
    };
    socket.onclose = () => this.#comeBack();
  }

  get hasLevels() {
    return this.#levels !== null;
  }

  // Hands over the newest levels that came, and when, if they were not yet.
  takeLevels(apply) {
    const levels = this.#levels;
    this.#levels = null;
    if (levels) apply(JSON.parse(levels.data), levels.atMs);
  }

  // A broken network closes nothing: a socket that says nothing is given up and opened anew.
  watch(nowMs) {
    if (this.#socket && nowMs - this.#heardAtMs > GIVE_UP_MS) {
      this.#socket.onmessage = null;
      this.#socket.onclose = null;
      this.#socket.close();
      this.#comeBack();
    }
  }

  // Says whether it was sent.
  ask(what) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(what));
    return true;
  }

  #comeBack() {
    this.#socket = null;
    askWhetherLetIn();
    setTimeout(() => this.open(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, MOST_PAUSE_MS);
  }
}
