// The live connection, and the plain word on the screen when there is none.
import { now, setNow, timeOfDay } from "./clock.js";
import { isMine, logIn } from "./session.js";
import { SignedOut, refresh } from "./swap.js";
import { text } from "./texts.js";

const SILENT_MS = 25000;
const pill = document.getElementById("live-pill");
const word = document.getElementById("live-word");
const banner = document.getElementById("lost");
// A page without a changing part hears of alarms, but what it shows is as old as the page.
const follows = document.getElementById("live") !== null;
const loadedAt = Number(document.body.dataset.now);

let source = null;
let lastId = "";
let heardAt = performance.now();
let currentAt = now();
let retryMs = 1000;
let retryTimer = 0;
let refreshTimer = 0;
let refreshedAt = 0;

function show(state, why = "live.lost") {
  pill.dataset.state = state;
  document.body.dataset.live = state;
  if (state === "on" && !follows) word.textContent = text("live.page_of", { at: timeOfDay(loadedAt).slice(0, 5) });
  else word.textContent = text({ on: "live.on", connecting: "live.connecting", lost: "live.lost" }[state]).split(/[，:]/)[0];
  banner.hidden = state !== "lost";
  if (state === "lost") {
    document.getElementById("lost-word").textContent = text(why);
    document.getElementById("lost-since").textContent = `${text("live.as_of")} ${timeOfDay(currentAt)}`;
    const out = why === "live.signed_out" || why === "live.other_person";
    document.getElementById("login-again").hidden = !out;
    document.getElementById("reconnect").hidden = out;
  }
}

function signedOut(why = "live.signed_out") {
  close();
  clearTimeout(retryTimer);
  show("lost", why);
}

export async function update() {
  try {
    await refresh();
    currentAt = now();
    return true;
  } catch (error) {
    if (error instanceof SignedOut) signedOut();
    else if (pill.dataset.state !== "lost") { close(); lost(); }
    return false;
  }
}

// The first change shows at once; a flood shows four times a second.
function soon() {
  if (refreshTimer) return;
  const wait = Math.max(0, 250 - (performance.now() - refreshedAt));
  refreshTimer = setTimeout(() => { refreshTimer = 0; refreshedAt = performance.now(); update(); }, wait);
}

function close() {
  source?.close();
  source = null;
}

function lost(why) {
  show("lost", why);
  clearTimeout(retryTimer);
  retryTimer = setTimeout(connect, retryMs * (0.7 + Math.random() * 0.6));
  retryMs = Math.min(retryMs * 2, 15000);
}

async function greeted(state) {
  setNow(state.now);
  // What another person may see has no place on this one's page.
  if (state.login && !isMine(state.login)) { signedOut("live.other_person"); return; }
  if (!state.live) { show("lost", "live.lost_server"); return; }
  if (await update() && source) { retryMs = 1000; show("on"); }
}

function hear(name, handle) {
  source.addEventListener(name, (event) => {
    heardAt = performance.now();
    if (event.lastEventId) lastId = event.lastEventId;
    handle(JSON.parse(event.data || "{}"));
  });
}

export function connect() {
  clearTimeout(retryTimer);
  close();
  heardAt = performance.now();
  source = new EventSource(`/api/stream${lastId ? `?last=${encodeURIComponent(lastId)}` : ""}`);
  hear("hello", greeted);
  hear("resync", (state) => greeted({ live: true, ...state }));
  hear("alert", soon);
  hear("lost", () => show("lost", "live.lost_server"));
  hear("beat", (state) => {
    setNow(state.now);
    if (!state.live) show("lost", "live.lost_server");
    else if (pill.dataset.state === "on") currentAt = now();
    else greeted(state);
  });
  hear("signed_out", () => signedOut());
  source.onerror = async () => {
    close();
    lost();
    // An ended session answers every try alike: say so instead of trying for ever.
    const me = await fetch("/api/me", { signal: AbortSignal.timeout(5000) }).catch(() => null);
    if (me?.status === 401) signedOut();
  };
}

export function startLive() {
  connect();
  setInterval(() => { if (source && performance.now() - heardAt > SILENT_MS) { close(); lost(); } }, 2000);
  document.getElementById("reconnect").addEventListener("click", () => { retryMs = 1000; connect(); });
  document.getElementById("login-again").addEventListener("click", logIn);
  document.addEventListener("signed-in", () => { retryMs = 1000; connect(); });
  window.addEventListener("online", connect);
  window.addEventListener("offline", () => { close(); lost(); });
  // A phone that wakes up has heard nothing for a while.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && pill.dataset.state !== "connecting") connect();
  });
  const every = Number(document.getElementById("live")?.dataset.every ?? 0);
  if (every) setInterval(update, every * 1000);
}
