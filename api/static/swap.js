// Brings the changing parts of a page up to date from their fragments, touching only what has changed.
import { tick } from "./clock.js";

const live = document.getElementById("live");
const regions = [...document.querySelectorAll("[data-fragment]")];
const applied = new Map();
let running = null;
let again = false;
let changes = () => {};

// A button that has just moved or changed under the thumb must not take a tap that was meant for what was there:
// the second half of a double tap on one answer is not the next answer.
const SETTLE_MS = 500;
let settleTimer = 0;
export const settling = () => live !== null && "settling" in live.dataset;

function settle() {
  if (!live) return;
  live.dataset.settling = "";
  clearTimeout(settleTimer);
  settleTimer = setTimeout(() => { delete live.dataset.settling; }, SETTLE_MS);
}

export function onChange(callback) {
  changes = callback;
}

export class SignedOut extends Error {}

async function fetchFragment(region) {
  const answer = await fetch(region.dataset.fragment, { signal: AbortSignal.timeout(8000), headers: { Accept: "text/html" } });
  if (answer.status === 401) throw new SignedOut();
  if (!answer.ok) throw new Error(`fragment: ${answer.status}`);
  return answer.text();
}

const called = (region) => [...region.children].filter((each) => each.dataset.state).map((each) => each.id);

// What has begun to call: a card that is new, and one that somebody had answered or that was less grave.
const calls = (shown, next) => "unanswered" in next.dataset && (!("unanswered" in shown.dataset) || shown.dataset.class !== next.dataset.class);

// Returns what has begun to call.
function apply(region, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const wanted = [...template.content.children];
  const before = called(region);
  const keep = new Set(wanted.map((each) => each.id));
  for (const old of [...region.children]) if (!keep.has(old.id)) old.remove();
  const fresh = [];
  let changed = false;
  let place = region.firstElementChild;
  for (const next of wanted) {
    const source = next.outerHTML;
    const old = document.getElementById(next.id);
    let shown = old && region.contains(old) ? old : null;
    if (shown === null || applied.get(next.id) !== source) {
      const held = shown?.contains(document.activeElement) ? focusKey(document.activeElement) : null;
      if (shown === null) {
        region.insertBefore(next, place);
        fresh.push(next);
      } else {
        if (shown === place) place = next;
        changed ||= mainAnswer(shown) !== mainAnswer(next);
        if (calls(shown, next)) fresh.push(next);
        shown.replaceWith(next);
      }
      shown = next;
      if (held !== null) refocus(next, held);
    }
    applied.set(next.id, source);
    if (shown !== place) region.insertBefore(shown, place);
    place = shown.nextElementSibling;
  }
  const after = called(region);
  const moved = region === live ? before.some((id, index) => after[index] !== id) : before.length !== after.length;
  if (changed || moved) settle();
  return fresh;
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
    const told = await Promise.all(regions.map(fetchFragment));
    const fresh = regions.flatMap((region, index) => apply(region, told[index]));
    tick();
    changes(fresh);
  } while (again);
}

// One request at a time; what is asked for meanwhile is one more at the end.
export function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = run().finally(() => { running = null; });
  return running;
}

// What the server sent need not be put in its place anew: a tap on what is being replaced is lost.
export function startSwap() {
  for (const region of regions) for (const child of region.children) applied.set(child.id, child.outerHTML);
}
