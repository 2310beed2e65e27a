// The words of the page's language, and values put into them.

import words from "./words.js";

export default words;

export function put(line, values) {
  return line.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
