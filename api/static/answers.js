// A person's answers. Nothing is shown as done before the server has said that it is stored.
import { update } from "./live.js";
import { post } from "./session.js";
import { settling } from "./swap.js";
import { text } from "./texts.js";

const TOAST_MS = { done: 6000, undo: 20000, problem: 12000 };
const toast = document.getElementById("toast");
const toastWord = document.getElementById("toast-word");
const toastUndo = document.getElementById("toast-undo");
let toastTimer = 0;

function say(words, kind, undo = null) {
  clearTimeout(toastTimer);
  toast.dataset.kind = kind;
  toast.hidden = false;
  toastWord.textContent = words;
  toastUndo.hidden = undo === null;
  toastUndo.onclick = undo && (() => { toast.hidden = true; undo(); });
  toastTimer = setTimeout(() => { toast.hidden = true; }, TOAST_MS[undo ? "undo" : kind]);
}

// Returns whether the answer is stored.
async function give(incident, body, button = null) {
  const words = button?.textContent;
  if (button) {
    // Busy, not disabled: a disabled button drops the keyboard's focus.
    button.setAttribute("aria-busy", "true");
    button.textContent = text("answer.sending");
  }
  const status = (await post(`/api/incidents/${incident}/answers`, body))?.status;
  if (button?.isConnected) {
    button.removeAttribute("aria-busy");
    button.textContent = words;
  }
  if (status === 200) {
    const undo = body.answer === "resolve" ? () => give(incident, { answer: "reopen" }) : null;
    say(text(`answer.done.${body.answer}`), "done", undo);
  } else if (status === 409) say(text("answer.refused"), "problem");
  else if (status === 404) say(text("answer.missing"), "problem");
  else if (status === 403) location.reload();
  else if (status === 401) say(text("live.signed_out"), "problem");
  else say(text("answer.failed"), "problem");
  await update();
  return status === 200;
}

// Opens a dialog and returns what was pressed: "yes", "back", or "" when it was dismissed.
function ask(dialog, card) {
  const where = dialog.querySelector(".dialog-where");
  if (where) where.textContent = `${card.dataset.what} · ${card.dataset.where}`;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

async function askOutcome(card) {
  const dialog = document.getElementById("dialog-resolve");
  const form = dialog.querySelector("form");
  form.reset();
  const submit = form.querySelector('button[value="yes"]');
  const causes = form.querySelector("#causes");
  const show = () => {
    const outcome = form.elements.outcome.value;
    submit.disabled = !outcome;
    causes.hidden = !outcome;
    for (const chip of form.querySelectorAll("[data-fits]")) {
      chip.hidden = !chip.dataset.fits.split(" ").includes(`${card.dataset.class}.${outcome}`);
      if (chip.hidden) chip.querySelector("input").checked = false;
    }
  };
  form.onchange = show;
  show();
  if (await ask(dialog, card) !== "yes") return null;
  const cause = form.elements.other.value.trim() || form.elements.cause.value || null;
  return { answer: "resolve", outcome: form.elements.outcome.value, cause };
}

async function showScript(incident) {
  const dialog = document.getElementById("dialog-script");
  const shown = document.getElementById("script-text");
  const answer = await fetch(`/api/incidents/${incident}`, { signal: AbortSignal.timeout(8000) }).catch(() => null);
  if (!answer?.ok) { say(text("answer.failed"), "problem"); return; }
  const story = await answer.json();
  const police = story.script_110 !== null;
  if (!story.script_119 && !police) return;
  shown.textContent = story.script_119 ?? story.script_110;
  document.getElementById("script-title").textContent = text(police ? "script.title_110" : "script.title");
  const burning = document.getElementById("burning");
  burning.hidden = police || story.incident.closed_at !== null;
  burning.dataset.incident = incident;
  burning.querySelector("input").value = story.incident.burning ?? "";
  dialog.querySelector(".dial").textContent = text((story.incident.drill ? "script.drill" : "script.dial") + (police ? "_110" : ""));
  document.getElementById("script-copy").textContent = text("script.copy");
  if (!dialog.open) dialog.showModal();
}

async function tellBurning() {
  const { incident } = document.getElementById("burning").dataset;
  const burning = document.querySelector("#burning input").value.trim();
  if (burning && await give(incident, { answer: "confirm", burning }, document.getElementById("burning-tell"))) await showScript(incident);
}

async function copyScript() {
  const shown = document.getElementById("script-text");
  try {
    await navigator.clipboard.writeText(shown.textContent);
    document.getElementById("script-copy").textContent = text("script.copied");
  } catch {
    // No clipboard without TLS: mark the text, so that one long press copies it.
    getSelection().selectAllChildren(shown);
  }
}

async function onAnswer(button) {
  const card = button.closest("[data-incident]");
  const { incident } = card.dataset;
  const { answer } = button.dataset;
  if (answer === "resolve") {
    const body = await askOutcome(card);
    if (body) await give(incident, body, button);
  } else if (answer === "confirm") {
    const kind = card.dataset.class;
    const dialog = document.getElementById(`dialog-confirm-${kind}`);
    if (await ask(dialog, card) === "yes") {
      const burning = dialog.querySelector('[name="burning"]')?.value.trim() || null;
      if (await give(incident, { answer, burning }, button) && (kind === "F1" || kind === "W2")) await showScript(incident);
    }
  } else if (answer === "need_help") {
    if (await ask(document.getElementById("dialog-help"), card) === "yes") await give(incident, { answer }, button);
  } else await give(incident, { answer }, button);
}

export function startAnswers() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-answer], [data-script]");
    if (!button) return;
    if (settling() || button.getAttribute("aria-busy") === "true") return;
    if (button.dataset.answer) onAnswer(button);
    else showScript(button.closest("[data-incident]").dataset.incident);
  });
  document.getElementById("script-copy")?.addEventListener("click", copyScript);
  document.getElementById("burning-tell")?.addEventListener("click", tellBurning);
  document.getElementById("logout")?.addEventListener("click", async () => {
    await post("/api/logout", {}, { quiet: true });
    location.assign("/login");
  });
}
