// The socket to the service. It comes back by itself, and gives up one that has gone quiet.

import { askWhetherLetIn } from "./letin.js";

const FIRST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 2_000;
const GIVE_UP_MS = 3_000;

export class Stream {
  #socket = null;
  #heardAtMs = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #receive;

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
      this.#receive(JSON.parse(data));
    };
    socket.onclose = () => this.#comeBack();
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
