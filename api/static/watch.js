// Keeping watch: sound, vibration, a screen that stays on, the title, and the word for screen readers.
import { onChange } from "./swap.js";
import { text } from "./texts.js";

const REPEAT_MS = 15000;
const button = document.getElementById("watch");
const announce = document.getElementById("announce");
const title = document.title;
let audio = null;
let wakeLock = null;
let wanted = localStorage.getItem("watch") === "on";
let rangAt = 0;

const unanswered = () => document.querySelectorAll('[data-life="1"][data-unanswered]');

function ring() {
  rangAt = performance.now();
  navigator.vibrate?.([400, 150, 400, 150, 800]);
  if (audio?.state !== "running") return;
  for (let index = 0; index < 6; index += 1) {
    const at = audio.currentTime + index * 0.32;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.type = "square";
    tone.frequency.value = index % 2 ? 740 : 980;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.3, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.28);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.3);
  }
}

function show() {
  if (!button) return;
  const on = wanted && audio?.state === "running";
  button.setAttribute("aria-pressed", String(on));
  button.textContent = text(on ? "watch.on" : wanted ? "watch.waiting" : "watch.off");
}

async function holdScreen() {
  if (!wanted || wakeLock || document.visibilityState !== "visible" || !navigator.wakeLock) return;
  try {
    wakeLock = await navigator.wakeLock.request("screen");
    wakeLock.addEventListener("release", () => { wakeLock = null; });
  } catch {
    wakeLock = null;
  }
}

async function start() {
  audio ??= new AudioContext();
  await audio.resume();
  await holdScreen();
  show();
}

function badge() {
  const count = unanswered().length;
  document.title = count ? `(${count}) ${title}` : title;
  if (count) navigator.setAppBadge?.(count).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
}

function changed(fresh) {
  badge();
  const alarms = fresh.filter((each) => each.matches('[data-what][data-unanswered]'));
  for (const card of alarms) card.classList.add("fresh");
  if (alarms.length === 0) return;
  announce.textContent = alarms.map((card) => text("board.new", { what: card.dataset.what, where: card.dataset.where })).join("。");
  if (wanted && alarms.some((card) => card.dataset.life === "1")) ring();
}

export function startWatch() {
  onChange(changed);
  badge();
  if (!button) return;
  button.addEventListener("click", async () => {
    if (wanted && audio?.state === "running") {
      wanted = false;
      await audio.suspend();
      await wakeLock?.release();
    } else {
      wanted = true;
      await start();
      ring();
    }
    localStorage.setItem("watch", wanted ? "on" : "off");
    show();
  });
  // Browsers give sound only after a touch: the first one anywhere is enough.
  document.addEventListener("pointerdown", () => { if (wanted && audio?.state !== "running") start(); });
  document.addEventListener("visibilitychange", holdScreen);
  setInterval(() => { if (wanted && unanswered().length && performance.now() - rangAt > REPEAT_MS) ring(); }, 1000);
  show();
}
