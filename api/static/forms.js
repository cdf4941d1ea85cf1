// Forms that change something: sent to the API as JSON with the page's token; the page is read anew when stored.
import { post } from "./session.js";
import { text } from "./texts.js";

function bodyOf(form) {
  const body = {};
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && value !== "") body[name] = /_id$|^minutes$/.test(name) ? Number(value) : value;
  const [name, id] = (form.querySelector("[data-target]")?.value ?? "").split(" ");
  if (id) body[name] = Number(id);
  return body;
}

export const filled = (path, made) => path.replace(/\{(\w+)\}/g, (_, key) => made[key]);

let alsoSend = async () => {};

// What else a page sends once a form is stored: photos of what it has made.
export function onStored(work) {
  alsoSend = work;
}

async function send(form) {
  const button = form.querySelector('button[type="submit"]');
  button.setAttribute("aria-busy", "true");
  const answer = await post(form.dataset.api, bodyOf(form));
  const made = answer?.ok ? await answer.json() : null;
  if (made) {
    await alsoSend(form, made);
    // Busy until the next page is there: a second tap would store it twice.
    if (!form.dataset.then) location.reload();
    else {
      // The way back leads to an empty form: a browser keeps what stands in it.
      form.reset();
      location.assign(filled(form.dataset.then, made));
    }
    return;
  }
  button.removeAttribute("aria-busy");
  complain(form, answer?.status, await answer?.json().catch(() => null));
}

const PROBLEMS = { 401: "live.signed_out", 403: "form.forbidden" };

function problem(status, said) {
  if (said?.error === "other_person") return said.message;
  // Gone, or in a state that does not allow it: only the server knows which.
  if ([404, 409].includes(status) && said?.message) return text("form.refused", { why: said.message });
  return text(PROBLEMS[status] ?? "answer.failed");
}

// Said in the form itself: a toast lies behind an open dialog. What was typed stays.
function complain(form, status, said) {
  forgive(form);
  const line = document.createElement("p");
  line.className = "problem";
  line.role = "alert";
  form.lastElementChild.before(line);
  line.textContent = status === 422 ? wrongValue(form, said) : problem(status, said);
}

// Marks the field that the server names, and returns what belongs there in the words of the page.
export function wrongValue(form, said) {
  const wrong = form.elements[said.field];
  const field = wrong?.ariaLabel ?? wrong?.labels?.[0]?.firstChild.textContent ?? said.field;
  wrong?.setAttribute("aria-invalid", "true");
  wrong?.focus();
  return text("form.wrong", { field, expected: wrong?.title || said.expected });
}

function forgive(form) {
  form.querySelector(".problem")?.remove();
  form.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
}

function openShelf(card) {
  const dialog = document.getElementById("dialog-shelve");
  dialog.querySelector(".dialog-where").textContent = `${card.dataset.what} · ${card.dataset.where}`;
  forgive(dialog);
  dialog.querySelector("form").dataset.api = `/api/incidents/${card.dataset.incident}/shelf`;
  dialog.showModal();
}

export function startForms() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-shelve]");
    if (opener) openShelf(opener.closest("[data-incident]"));
    else if (event.target.closest("[data-open]")) document.getElementById(event.target.closest("[data-open]").dataset.open).showModal();
    else if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  });
  // A page that the back button brings again is as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const each of document.querySelectorAll("form [aria-busy]")) each.removeAttribute("aria-busy");
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-api]");
    if (form) forgive(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-api]");
    if (!form) return;
    event.preventDefault();
    if (form.querySelector('[aria-busy="true"]') === null) send(form);
  });
}
