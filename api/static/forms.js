// Forms that change something: sent to the API as JSON with the page's token; the page is read anew when stored.
import { text } from "./texts.js";

const token = () => document.querySelector('meta[name="csrf-token"]').content;

function bodyOf(form) {
  const body = {};
  for (const [name, value] of new FormData(form)) if (value !== "") body[name] = /_id$|^minutes$/.test(name) ? Number(value) : value;
  const [name, id] = (form.querySelector("[data-target]")?.value ?? "").split(" ");
  if (id) body[name] = Number(id);
  return body;
}

async function send(form) {
  const button = form.querySelector('button[type="submit"]');
  button.setAttribute("aria-busy", "true");
  const answer = await fetch(form.dataset.api, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": token() },
    body: JSON.stringify(bodyOf(form)),
    signal: AbortSignal.timeout(10000),
  }).catch(() => null);
  button.removeAttribute("aria-busy");
  if (answer?.ok) {
    const made = await answer.json();
    if (form.dataset.then) location.assign(form.dataset.then.replace(/\{(\w+)\}/g, (_, key) => made[key]));
    else location.reload();
    return;
  }
  const toast = document.getElementById("toast");
  toast.dataset.kind = "problem";
  toast.hidden = false;
  document.getElementById("toast-undo").hidden = true;
  document.getElementById("toast-word").textContent = text(answer?.status === 409 ? "answer.refused" : "answer.failed");
}

function openShelf(card) {
  const dialog = document.getElementById("dialog-shelve");
  dialog.querySelector(".dialog-where").textContent = `${card.dataset.what} · ${card.dataset.where}`;
  dialog.querySelector("form").dataset.api = `/api/incidents/${card.dataset.incident}/shelf`;
  dialog.showModal();
}

export function startForms() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-shelve]");
    if (opener) openShelf(opener.closest("[data-incident]"));
    else if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-api]");
    if (!form) return;
    event.preventDefault();
    if (form.querySelector('[aria-busy="true"]') === null) send(form);
  });
}
