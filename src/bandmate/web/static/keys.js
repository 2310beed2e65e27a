// The page by keys: a keyboard, or the two keys of a Bluetooth page-turner under a hand or a foot.

const FORWARD = ["ArrowRight", "PageDown"];
const STOP = ["ArrowLeft", "PageUp", "s", "S"];

// `does`: `forward`, `stop`, `pause`, `mute` and `close`, each to be called.
export function wireKeys(does) {
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const act = actOf(event.key, does);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function actOf(key, does) {
  if (key === "Escape") return does.close;
  if (STOP.includes(key)) return does.stop;
  if (FORWARD.includes(key)) return does.forward;
  return { p: does.pause, m: does.mute }[key.toLowerCase()];
}

// There the keys mean something else.
function isTyping(target) {
  return target.matches("input, select, textarea, [role=slider]");
}
