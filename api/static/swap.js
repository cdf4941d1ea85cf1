// Brings the changing part of a page up to date from its fragment, touching only what has changed.
import { tick } from "./clock.js";

const live = document.getElementById("live");
const applied = new Map();
let running = null;
let again = false;
let changes = () => {};

// A button that has just moved or changed under the thumb must not take a tap that was meant for what was there:
// the second half of a double tap on one answer is not the next answer.
const SETTLE_MS = 500;
let settleTimer = 0;
export const settling = () => "settling" in live.dataset;

function settle() {
  live.dataset.settling = "";
  clearTimeout(settleTimer);
  settleTimer = setTimeout(() => { delete live.dataset.settling; }, SETTLE_MS);
}

export function onChange(callback) {
  changes = callback;
}

export class SignedOut extends Error {}

async function fetchFragment() {
  const answer = await fetch(live.dataset.fragment, { signal: AbortSignal.timeout(8000), headers: { Accept: "text/html" } });
  if (answer.status === 401) throw new SignedOut();
  if (!answer.ok) throw new Error(`fragment: ${answer.status}`);
  return answer.text();
}

function apply(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const wanted = [...template.content.children];
  const before = [...live.children].filter((each) => each.matches(".card")).map((each) => each.id);
  const keep = new Set(wanted.map((each) => each.id));
  for (const old of [...live.children]) if (!keep.has(old.id)) old.remove();
  const fresh = [];
  let changed = false;
  let place = live.firstElementChild;
  for (const next of wanted) {
    const source = next.outerHTML;
    const old = document.getElementById(next.id);
    let shown = old && live.contains(old) ? old : null;
    if (shown === null || applied.get(next.id) !== source) {
      const held = shown?.contains(document.activeElement) ? focusKey(document.activeElement) : null;
      if (shown === null) {
        live.insertBefore(next, place);
        fresh.push(next);
      } else {
        if (shown === place) place = next;
        changed ||= mainAnswer(shown) !== mainAnswer(next);
        shown.replaceWith(next);
      }
      shown = next;
      if (held !== null) refocus(next, held);
    }
    applied.set(next.id, source);
    if (shown !== place) live.insertBefore(shown, place);
    place = shown.nextElementSibling;
  }
  const after = [...live.children].filter((each) => each.matches(".card")).map((each) => each.id);
  if (changed || before.some((id, index) => after[index] !== id)) settle();
  tick();
  changes(fresh);
}

const mainAnswer = (card) => card.querySelector(".answer.main")?.dataset.answer;
const focusKey = (element) => element.dataset?.answer ?? element.getAttribute("href") ?? "";

function refocus(card, key) {
  const same = [...card.querySelectorAll("button, a")].find((each) => focusKey(each) === key);
  (same ?? card.querySelector("button.main") ?? card).focus({ preventScroll: true });
}

async function run() {
  do {
    again = false;
    apply(await fetchFragment());
  } while (again);
}

// One request at a time; what is asked for meanwhile is one more at the end.
export function refresh() {
  if (!live) return Promise.resolve();
  if (running) {
    again = true;
    return running;
  }
  running = run().finally(() => { running = null; });
  return running;
}

export function startSwap() {
  if (!live) return;
  for (const child of live.children) applied.set(child.id, "");
}
