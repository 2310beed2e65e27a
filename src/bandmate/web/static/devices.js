// Which devices are let in: a code for one more, and an end for one that was lost.

import { element, setText } from "./dom.js";
import words, { put } from "./text.js";

const SURE_MS = 5_000;

// Builds the list in `root`; gives a function that reads it anew.
export function wireDevices(root) {
  const list = element("ul", "devices");
  const note = element("p", "devices-note");
  note.setAttribute("role", "status");
  const more = button(words.devices.new_code, async () => {
    const told = await ask({ do: "code" });
    if (told.ok) showCode(note, told);
  });
  let address = "";

  async function ask(what) {
    const body = JSON.stringify(what);
    const headers = { "Content-Type": "application/json" };
    const told = await answerOf(fetch("devices", { method: "POST", headers, body }));
    if (!told.ok) setText(note, put(words.devices.failed, { why: told.error }));
    return told;
  }

  function showCode(node, { code, valid_s }) {
    const digits = element("strong", "devices-code", code);
    const minutes = Math.round(valid_s / 60);
    node.replaceChildren(digits, put(words.devices.open, { address, minutes }));
  }

  async function forget(label) {
    const told = await ask({ do: "forget", label });
    if (told.ok) draw(told);
  }

  function draw(told) {
    address = told.address;
    more.hidden = !told.beyond;
    list.replaceChildren(...told.devices.map((device) => row(device, forget)));
    if (!told.beyond) setText(note, words.devices.only_here);
    else if (told.devices.length === 0) setText(note, words.devices.none);
    else setText(note, "");
  }

  async function refresh() {
    const told = await answerOf(fetch("devices"));
    if (told.devices) draw(told);
    else setText(note, put(words.devices.failed, { why: told.error }));
  }

  root.replaceChildren(element("h3", "", words.devices.title), list, note, more);
  more.hidden = true;
  refresh();
  return refresh;
}

async function answerOf(asked) {
  try {
    return await (await asked).json();
  } catch {
    return { ok: false, error: words.status.no_connection };
  }
}

function row({ label, added, seen, here }, forget) {
  const name = element("b", "", here ? put(words.devices.this_one, { label }) : label);
  const days = element("span", "", put(words.devices.days, { added: day(added), seen: day(seen) }));
  return element("li", "", element("p", "", name, days), forgetting(label, forget));
}

// The first tap asks, the second does: what is gone needs a new code.
function forgetting(label, forget) {
  let isSure = false;
  const node = button(words.devices.forget, () => {
    if (isSure) forget(label);
    isSure = true;
    setText(node, words.devices.forget_sure);
    setTimeout(() => {
      isSure = false;
      setText(node, words.devices.forget);
    }, SURE_MS);
  });
  node.setAttribute("aria-description", label);
  return node;
}

function button(text, pressed) {
  const node = element("button", "", text);
  node.type = "button";
  node.onclick = pressed;
  return node;
}

function day(date) {
  return new Date(`${date}T00:00`).toLocaleDateString(words.language);
}
