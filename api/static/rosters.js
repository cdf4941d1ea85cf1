// Swaps and leave from the picture or the list of a day: one tap opens, one enters, and one takes it back.
import { wrongValue } from "./forms.js";
import { post } from "./session.js";
import { refresh } from "./swap.js";

const dialog = document.getElementById("dialog-turn");
const toast = document.getElementById("toast");
const TOAST_MS = 20000;
let turn = null;
let toastTimer = 0;

async function send(path, body) {
  const answer = await post(path, body);
  return { ok: answer?.ok ?? false, said: await answer?.json().catch(() => null) };
}

function say(words, kind, press = null, label = "") {
  clearTimeout(toastTimer);
  toast.dataset.kind = kind;
  toast.hidden = false;
  document.getElementById("toast-word").textContent = words;
  const button = document.getElementById("toast-undo");
  button.hidden = press === null;
  if (label) button.textContent = label;
  button.onclick = press && (() => { toast.hidden = true; press(); });
  toastTimer = setTimeout(() => { toast.hidden = true; }, TOAST_MS);
}

const words = (said) => said?.error === "leaves_nobody" ? `${dialog.dataset.nobody} ${said.message}`
  : said?.message ? `${dialog.dataset.refused} ${said.message}` : dialog.dataset.failed;

const undoWord = document.getElementById("toast-undo").textContent;

async function undo(number, known = false) {
  const { ok, said } = await send(`/api/roster/changes/${number}/undo`, { known });
  await refresh();
  if (ok) say(dialog.dataset.undone, "done");
  else if (said?.error === "leaves_nobody") say(words(said), "problem", () => undo(number, true), dialog.dataset.knowing);
  else say(words(said), "problem");
}

function show() {
  const form = dialog.querySelector("form");
  const mode = form.elements.mode.value;
  for (const each of form.querySelectorAll("[data-mode]")) each.hidden = each.dataset.mode !== mode;
  warn();
  knows(false);
}

const tooLong = (name, hours) => dialog.dataset.long.replace("{name}", name).replace("{hours}", hours);

// Too many hours in a row are entered all the same: who enters them has read it.
function warn() {
  const { mode, taker_id } = dialog.querySelector("form").elements;
  const line = dialog.querySelector(".long");
  const hours = mode.value === "hand" ? takers()[taker_id.value] : 0;
  line.hidden = !hours;
  line.textContent = hours ? tooLong(taker_id.selectedOptions[0].dataset.name, hours) : "";
}

// By person: how many hours in a row the turn would make, 0 where that is not too long, null for who cannot take it.
const takers = () => JSON.parse(turn?.takers ?? "{}");

// What would leave nobody on duty is entered only by who has read so and says so.
function knows(said) {
  const problem = dialog.querySelector(".problem");
  const submit = dialog.querySelector('[type="submit"]');
  problem.hidden = !said;
  for (const each of dialog.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  problem.textContent = !said ? "" : said.error === "bad_input" ? wrongValue(dialog.querySelector("form"), said) : words(said);
  submit.dataset.known = said?.error === "leaves_nobody" ? "true" : "";
  submit.textContent = submit.dataset.known ? dialog.dataset.knowing : dialog.dataset.submit;
  submit.classList.toggle("grave", Boolean(submit.dataset.known));
}

// To exchange these would change nothing.
const isSame = (other, one) => ["from", "to", "role"].every((key) => other[key] === one?.[key]);

function open(of) {
  const form = dialog.querySelector("form");
  form.reset();
  turn = of.dataset.turn ? of.dataset : null;
  form.querySelector(".modes").hidden = turn === null;
  form.elements.mode.value = turn ? "hand" : "leave";
  document.getElementById("turn-title").textContent = turn ? turn.who : of.textContent;
  dialog.querySelector(".dialog-where").textContent = turn ? turn.when : "";
  form.elements.starts_at.value = of.dataset.from;
  form.elements.ends_at.value = of.dataset.to ?? "";
  if (turn) form.elements.person_id.value = turn.person;
  const hours = takers();
  for (const each of form.elements.taker_id.options) {
    each.hidden = each.value === turn?.person;
    each.disabled = each.hidden || hours[each.value] === null;
    each.textContent = each.dataset.label + (hours[each.value] === null ? ` · ${dialog.dataset.busy}` : "");
  }
  for (const each of form.elements.other_duty_id.options) each.hidden = each.disabled = each.dataset.person === turn?.person || isSame(each.dataset, turn);
  const { taker_id, other_duty_id } = form.elements;
  const free = [...taker_id.options].filter((each) => !each.disabled && each.dataset.role === turn?.role);
  taker_id.value = free.sort((one, other) => hours[one.value] - hours[other.value])[0]?.value ?? "";
  other_duty_id.value = [...other_duty_id.options].find((each) => !each.disabled)?.value ?? "";
  show();
  dialog.showModal();
}

function asked(form) {
  const { mode, taker_id, other_duty_id, person_id, starts_at, ends_at, reason } = form.elements;
  const more = { reason: reason.value, known: form.querySelector('[type="submit"]').dataset.known === "true" };
  if (mode.value === "leave") return ["leaves", { person_id: Number(person_id.value), starts_at: starts_at.value, ends_at: ends_at.value, ...more }];
  if (mode.value === "hand") return ["swaps", { duty_id: Number(turn.turn), taker_id: Number(taker_id.value), ...more }];
  const other = other_duty_id.selectedOptions[0];
  return ["swaps", { duty_id: Number(turn.turn), taker_id: Number(other?.dataset.person), other_duty_id: Number(other?.value), ...more }];
}

async function enter(form) {
  const button = form.querySelector('[type="submit"]');
  if (button.hasAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  const [what, body] = asked(form);
  const { ok, said } = await send(`/api/homes/${dialog.dataset.home}/roster/${what}`, body);
  button.removeAttribute("aria-busy");
  if (!ok) {
    knows(said ?? {});
    return;
  }
  dialog.close();
  await refresh();
  const long = (said.long ?? []).map(({ name, hours }) => tooLong(name, hours));
  say([dialog.dataset.done, ...long].join(" · "), "done", () => undo(said.change_id), undoWord);
}

if (dialog) {
  document.addEventListener("click", (event) => {
    const bar = event.target.closest?.("[data-bar]");
    const of = bar ? document.querySelector(`[data-turn="${bar.dataset.bar}"]`) : event.target.closest?.("[data-turn], #new-leave");
    if (of) open(of);
    // A bar of another day shows that day, where its turn can be tapped.
    else if (bar) document.querySelectorAll(".rota-days a")[Math.floor(bar.x.baseVal.value / 24)]?.click();
    const taken = event.target.closest?.("[data-undo]");
    if (taken) undo(taken.dataset.undo);
  });
  dialog.addEventListener("change", (event) => {
    if (event.target.name === "mode") show();
    else if (event.target.name === "taker_id") warn();
    if (!dialog.querySelector(".problem").hidden) knows(false);
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    enter(event.currentTarget);
  });
}
