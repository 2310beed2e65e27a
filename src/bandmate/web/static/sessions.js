// What was done before: the list of sessions, with report and tables, and one person's trends.

import { element, setText, show } from "./dom.js";
import words, { put } from "./text.js";
import { drawTrends } from "./trends.js";
import { whenOpened } from "./views.js";

const byId = (id) => document.getElementById(id);
const whose = byId("whose");
const list = byId("past");
let oldest = "";
const asked = { list: 0, trends: 0 }; // of each, only what was asked for last is shown

whenOpened("sessions", open);
whose.onchange = open;
byId("to-trends").onclick = () => byId("trends-title").focus();
byId("earlier").onclick = () => load(oldest);

function open() {
  load("");
  loadTrends();
}

async function load(before) {
  const number = ++asked.list;
  const found = await get(`sessions?${new URLSearchParams({ person: whose.value, before })}`);
  if (number !== asked.list) return;
  tell(found === null);
  if (found === null) return;
  if (!before) list.replaceChildren();
  const rows = found.sessions.map(row);
  list.append(...rows);
  oldest = found.sessions.at(-1)?.id ?? "";
  if (before) rows[0]?.querySelector("a").focus();
  show(byId("earlier"), found.more);
  fillPeople(found.people);
  if (!list.children.length) list.append(element("li", "quiet", words.sessions.none));
}

async function loadTrends() {
  const number = ++asked.trends;
  const person = whose.value;
  const found = person ? await get(`trends?${new URLSearchParams({ person })}`) : null;
  if (number === asked.trends) drawTrends(byId("trends"), found, person);
}

async function get(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function tell(failed) {
  setText(byId("sessions-trouble"), failed ? words.sessions.unreachable : "");
}

// Whoever is chosen stays chosen; where there is one person alone, it is that one.
function fillPeople(people) {
  const known = [...whose.options].slice(1).map((option) => option.value);
  if (known.join() === people.join()) return;
  const before = whose.value;
  const first = known.length === 0 && people.length === 1;
  whose.replaceChildren(whose.options[0], ...people.map((name) => new Option(name, name)));
  whose.value = people.includes(before) ? before : "";
  if (first) {
    whose.value = people[0];
    open();
  }
}

function row(session) {
  const date = `${session.day} ${session.time}`;
  const title = [session.title, session.person].filter(Boolean).join(" · ");
  const report = link(`report/${session.id}`, words.sessions.report, put(words.sessions.report_of, { date }));
  report.target = "_blank";
  report.rel = "noopener";
  const tables = link(`export/${session.id}.zip`, words.sessions.export, put(words.sessions.export_of, { date }));
  tables.download = "";
  return element(
    "li",
    "",
    element("div", "", element("b", "", date), ` ${title}`, element("p", "", facts(session))),
    element("div", "links", report, tables),
  );
}

function link(address, text, label) {
  const node = element("a", "", text);
  node.href = address;
  node.setAttribute("aria-label", label);
  return node;
}

function facts({ kind, sets, sets_done, sets_planned, dose_share, pain, over_tension, stops, status }) {
  const texts = words.sessions;
  const [before, after] = pain.map((points) => points ?? texts.untold);
  return [
    kind === "free" ? put(texts.free_sets, { count: sets }) : words.report[`status_${status}`],
    sets_planned === null ? "" : put(texts.sets, { done: sets_done, planned: sets_planned }),
    dose_share === null ? "" : put(texts.dose, { share: Math.round(100 * dose_share) }),
    kind === "free" || pain[0] === null ? "" : put(texts.pain, { before, after }),
    put(texts.over, { count: over_tension }),
    stops ? put(texts.stops, { count: stops }) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
