// Ages and countdowns, by the server's clock: a phone's clock may be wrong.
import { text } from "./texts.js";

let ahead = Number(document.body.dataset.now) - Date.now();

export const now = () => Date.now() + ahead;

export function setNow(iso) {
  const told = Date.parse(iso);
  if (Number.isFinite(told)) ahead = told - Date.now();
}

function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days) return text("unit.day", { n: days }) + " " + text("unit.hour", { n: hours });
  if (hours) return text("unit.hour", { n: hours }) + " " + text("unit.minute", { n: minutes });
  if (minutes) return text("unit.minute", { n: minutes }) + " " + text("unit.second", { n: seconds % 60 });
  return text("unit.second", { n: seconds });
}

export function timeOfDay(ms) {
  return new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour12: false, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(ms);
}

export function dayTime(ms) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" }).format(ms);
}

function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function tick() {
  const at = now();
  for (const each of document.querySelectorAll("[data-since]")) write(each, span(at - Number(each.dataset.since)));
  for (const each of document.querySelectorAll("[data-due]")) {
    const left = Number(each.dataset.due) - at;
    each.classList.toggle("late", left <= 0);
    write(each.querySelector("span"), text(left > 0 ? "card.due" : "card.overdue"));
    write(each.querySelector("b"), left > 0 ? span(left) : "");
  }
}

export function startClock() {
  tick();
  setInterval(tick, 1000);
}
