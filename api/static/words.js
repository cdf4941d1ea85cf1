// One phrase of the report: tried on this year's figures while it is written, kept only without slips.
import { dayTime } from "./clock.js";
import { post } from "./session.js";

const form = document.getElementById("words-form");
const tried = document.getElementById("tried");
const clash = document.getElementById("clash");
const PAUSE_MS = 400;
let asking = new AbortController();
let pause;

const written = () => ({ name: form.dataset.name, text: form.elements.text.value });

// What the session says of itself is told; all else has not got through.
async function why(answer) {
  const said = [401, 403].includes(answer?.status) ? await answer.json().catch(() => null) : null;
  return said?.message ?? form.dataset.failed;
}

function tell(lines, isGood, hint) {
  const head = tried.querySelector("h2");
  head.textContent = isGood ? head.dataset.good : head.dataset.bad;
  tried.className = isGood ? "" : "bad";
  tried.querySelector("ul").replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  tried.querySelector("p").textContent = hint;
}

// Whether the text is without slips; who types on no longer waits for the answer to what was typed before.
async function tryOut(quiet) {
  asking.abort();
  const mine = asking = new AbortController();
  const answer = await post("/api/report/words/try", written(), { signal: mine.signal, quiet });
  const said = answer?.ok ? await answer.json().catch(() => null) : null;
  if (mine.signal.aborted) return false;
  if (!said) tell([await why(answer)], false, "");
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
  if (await tryOut(false)) {
    const answer = await post("/api/report/words", { ...written(), over: Number(form.dataset.over) });
    const said = answer?.status === 409 ? await answer.json().catch(() => null) : null;
    if (answer?.ok) location.reload();
    else if (said) showClash(said);
    else tell([await why(answer)], false, "");
  }
  button.disabled = false;
}

form.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(tryOut, PAUSE_MS, true);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
tryOut(true);
