// This phone as a channel: the permission is asked for by a tap only, and the browser's subscription kept with its person.
import { post } from "./session.js";
import { text } from "./texts.js";

const button = document.getElementById("push");
const hint = document.getElementById("push-hint");
const bytes = (coded) => Uint8Array.from(atob(coded.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
let on = false;

async function call(path, body) {
  const answer = await (body ? post(path, body) : fetch(path, { signal: AbortSignal.timeout(10000) }));
  if (!answer?.ok) throw new Error(String(answer?.status));
  return answer.json();
}

function show(word) {
  button.hidden = false;
  button.setAttribute("aria-pressed", String(on));
  button.textContent = text(on ? "push.on" : "push.off");
  hint.textContent = word ? text(word) : "";
}

const registered = () => navigator.serviceWorker.getRegistration("/");
const current = async () => (await registered())?.pushManager.getSubscription();

async function putOn() {
  if (await Notification.requestPermission() !== "granted") return "push.denied";
  await navigator.serviceWorker.register("/push-worker.js");
  const registration = await navigator.serviceWorker.ready;
  const { key } = await call("/api/push");
  // A subscription that was made with another key of ours no longer serves.
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const { endpoint, keys } = made.toJSON();
  await call("/api/push", { endpoint, p256dh: keys.p256dh, auth: keys.auth });
  on = true;
  return "push.proof";
}

async function takeOff() {
  const made = await current();
  if (made) {
    await call("/api/push/off", { endpoint: made.endpoint });
    await made.unsubscribe();
  }
  on = false;
  return null;
}

export async function startPush() {
  if (!button || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    const word = await (on ? takeOff() : putOn()).catch(() => "push.failed");
    button.removeAttribute("aria-busy");
    show(word);
  });
  const made = await current();
  // What this browser believes counts only where the service knows it too: it may have been retired.
  on = Boolean(made) && (await call("/api/push").catch(() => ({ endpoints: [] }))).endpoints.includes(made.endpoint);
  show(made && !on ? "push.lost" : null);
}
