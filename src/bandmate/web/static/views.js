// One view at a time beside the live one, which goes on beneath: the menu, and what it leads to.
// The alert, the stop and the state of everything stay in sight in all of them.

import { show } from "./dom.js";

const names = [...document.querySelectorAll(".view")].map((view) => view.id.replace("view-", ""));
const opened = new Map();

// `whenOpened` is called each time the view is come to.
export function whenOpened(name, whenOpened) {
  opened.set(name, whenOpened);
}

export function openView(name) {
  document.body.dataset.view = name;
  for (const each of names) show(document.getElementById(`view-${each}`), each === name);
  if (name) document.querySelector(`#view-${name} header button`).focus();
  else document.getElementById("menu").focus();
  opened.get(name)?.();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-view]");
  if (button && button !== document.body) openView(button.dataset.view);
});
