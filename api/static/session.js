// Changes carry the token of the session. Who was logged out logs in again where they are, and goes on with what they typed.
import { text } from "./texts.js";

const meta = document.querySelector('meta[name="csrf-token"]');
const dialog = document.getElementById("dialog-login");
let asking = null;

export const isMine = (login) => login === meta.dataset.login;

async function me() {
  const answer = await fetch("/api/me", { signal: AbortSignal.timeout(5000) }).catch(() => null);
  return answer?.ok ? answer.json().catch(() => null) : null;
}

// What got no answer may have been stored all the same: sent again as it is, it has its key again and is stored once.
const unanswered = new Map();
// No randomUUID, which a page has over TLS only.
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function keyOf(asked) {
  if (!unanswered.has(asked)) unanswered.set(asked, newKey());
  return unanswered.get(asked);
}

const refused = (status, error, message) => new Response(JSON.stringify({ error, message }), { status });

function fetched(path, body, type, within, signal, headers) {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": type, "X-CSRF-Token": meta.content, ...headers },
    body,
    signal: AbortSignal.any([signal, within && AbortSignal.timeout(within)].filter(Boolean)),
  }).catch(() => null);
}

async function sent(path, body, within, signal) {
  if (body instanceof Blob) return fetched(path, body, "application/octet-stream", within, signal);
  const written = JSON.stringify(body);
  const asked = `${path} ${written}`;
  const answer = await fetched(path, written, "application/json", within, signal, { "Idempotency-Key": keyOf(asked) });
  if (answer?.status < 500 || signal?.aborted) unanswered.delete(asked);
  return answer;
}

// Returns the answer, null where none came. `within` ms, null for as long as it takes; a quiet one never asks for the password.
export async function post(path, body, { within = 10000, signal = null, quiet = false } = {}) {
  const answer = await sent(path, body, within, signal);
  if (answer?.status === 401) {
    if (!quiet && await logIn()) return sent(path, body, within, signal);
    return refused(401, "not_signed_in", text("live.signed_out"));
  }
  if (answer?.status !== 403) return answer;
  // Another tab may have begun a session since this page was loaded.
  const now = await me();
  if (!now || now.csrf_token === meta.content) return answer;
  if (!isMine(now.person.login)) return refused(403, "other_person", text("form.other_person", { name: now.person.name }));
  meta.content = now.csrf_token;
  return sent(path, body, within, signal);
}

// Asks for the password over the page; returns whether its person is logged in. Another person gets a page of their own.
export function logIn() {
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

async function ask() {
  const now = await me();
  if (now && isMine(now.person.login)) return begun(now);
  dialog.returnValue = "";
  dialog.querySelector("form").reset();
  complain("");
  dialog.showModal();
  dialog.querySelector('[name="password"]').focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

function begun(said) {
  meta.content = said.csrf_token;
  document.dispatchEvent(new Event("signed-in"));
  return true;
}

function complain(words) {
  const problem = dialog.querySelector(".problem");
  problem.textContent = words;
  problem.hidden = !words;
}

dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { elements } = event.currentTarget;
  const button = dialog.querySelector('[type="submit"]');
  if (button.hasAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  const answer = await fetch("/api/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ login: elements.login.value.trim(), password: elements.password.value }),
    signal: AbortSignal.timeout(10000),
  }).catch(() => null);
  button.removeAttribute("aria-busy");
  const said = answer?.ok ? await answer.json() : null;
  if (!said) complain(text({ 401: "login.wrong", 422: "login.wrong", 429: "login.many" }[answer?.status] ?? "login.unreachable"));
  else if (isMine(said.person.login)) dialog.close(begun(said) ? "yes" : "");
  else location.assign("/");
});
