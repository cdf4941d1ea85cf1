// One phrase of the report: tried on this year's figures while it is written, kept only without slips.
const form = document.getElementById("words-form");
const tried = document.getElementById("tried");
const PAUSE_MS = 400;
let asked = 0;
let pause;

async function post(path) {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content },
    body: JSON.stringify({ name: form.dataset.name, text: form.elements.text.value }),
    signal: AbortSignal.timeout(10000),
  }).catch(() => null);
}

function tell(lines, isGood, hint) {
  const head = tried.querySelector("h2");
  head.textContent = isGood ? head.dataset.good : head.dataset.bad;
  tried.className = isGood ? "" : "bad";
  tried.querySelector("ul").replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  tried.querySelector("p").textContent = hint;
}

// Whether the text is without slips; an answer to what was typed before is not shown.
async function tryOut() {
  const mine = ++asked;
  const answer = await post("/api/report/words/try");
  const said = answer?.ok ? await answer.json() : null;
  if (mine !== asked) return false;
  if (!said) tell([form.dataset.failed], false, "");
  else if (said.slips.length) tell(said.slips, false, "");
  else tell([said.example], true, said.lacking.length ? form.dataset.lacking + said.lacking.join("、") : "");
  return said !== null && said.slips.length === 0;
}

form.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(tryOut, PAUSE_MS);
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(pause);
  const button = form.querySelector("button");
  button.disabled = true;
  if (await tryOut()) {
    const answer = await post("/api/report/words");
    if (answer?.ok) location.reload();
    else tell([form.dataset.failed], false, "");
  }
  button.disabled = false;
});
tryOut();
