// Touches the document only where something changed: no needless layout, nothing announced twice.

// What was drawn last, for what is drawn all the time: to look into the document is not free either.
export class Drawn {
  #values = {};

  // Whether that is new.
  changes(what, value) {
    if (this.#values[what] === value) return false;
    this.#values[what] = value;
    return true;
  }
}

// A text that is there is changed in place, which costs a fraction of another one in its stead.
export function setText(node, text) {
  if (node.textContent === String(text)) return;
  const only = node.childNodes.length === 1 ? node.firstChild : null;
  if (text !== "" && only?.nodeType === Node.TEXT_NODE) only.data = text;
  else node.textContent = text;
}

export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

export function setStyle(node, name, value) {
  if (node.style.getPropertyValue(name) !== String(value)) node.style.setProperty(name, value);
}

export function show(node, visible) {
  if (node.hidden === visible) node.hidden = !visible;
}

export function svg(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

export function element(name, className, ...children) {
  const node = document.createElement(name);
  node.className = className;
  node.append(...children);
  return node;
}
