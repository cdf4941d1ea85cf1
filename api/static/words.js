// One phrase of the report: tried on this year's figures while it is written, kept only without slips.
import { dayTime } from "./clock.js";

const form = document.getElementById("words-form");
const tried = document.getElementById("tried");
const clash = document.getElementById("clash");
const PAUSE_MS = 400;
let asking = new AbortController();
let pause;

async function post(path, more = {}, signal = AbortSignal.timeout(10000)) {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content },
    body: JSON.stringify({ name: form.dataset.name, text: form.elements.text.value, ...more }),
    signal,
  }).catch(() => null);
}

function tell(lines, isGood, hint) {
  const head = tried.querySelector("h2");
  head.textContent = isGood ? head.dataset.good : head.dataset.bad;
  tried.className = isGood ? "" : "bad";
  tried.querySelector("ul").replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  tried.querySelector("p").textContent = hint;
}

// Whether the text is without slips; who types on no longer waits for the answer to what was typed before.
async function tryOut() {
  asking.abort();
  const mine = asking = new AbortController();
  const answer = await post("/api/report/words/try", {}, AbortSignal.any([mine.signal, AbortSignal.timeout(10000)]));
  const said = answer?.ok ? await answer.json().catch(() => null) : null;
  if (mine.signal.aborted) return false;
  if (!said) tell([form.dataset.failed], false, "");
  else if (said.slips.length) tell(said.slips, false, "");
  else tell([said.example], true, said.lacking.length ? form.dataset.lacking + said.lacking.join("、") : "");
  return said !== null && said.slips.length === 0;
}

// Both texts are on the page, and nothing is kept before the writer has chosen.
function showClash(said) {
  const [told, theirs] = clash.querySelectorAll("p");
  told.textContent = form.dataset.clash.replace("{by}", said.by).replace("{at}", dayTime(Date.parse(said.at)));
  theirs.textContent = said.text;
  clash.hidden = false;
  clash.scrollIntoView({ block: "center" });
  document.getElementById("take-theirs").onclick = () => { form.elements.text.value = said.text; location.reload(); };
  document.getElementById("keep-mine").onclick = () => { form.dataset.over = said.over; save(); };
}

async function save() {
  clearTimeout(pause);
  clash.hidden = true;
  const button = form.querySelector('[type="submit"]');
  button.disabled = true;
  if (await tryOut()) {
    const answer = await post("/api/report/words", { over: Number(form.dataset.over) });
    const said = answer?.status === 409 ? await answer.json().catch(() => null) : null;
    if (answer?.ok) location.reload();
    else if (said) showClash(said);
    else tell([form.dataset.failed], false, "");
  }
  button.disabled = false;
}

form.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(tryOut, PAUSE_MS);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
tryOut();
