// Photos of a hazard: each file is sent by itself; the server says what is wrong with one.
import { filled, onStored } from "./forms.js";
import { post } from "./session.js";

const KEPT = "photos:";

function complain(form, words) {
  const line = form.querySelector(".note");
  line.textContent = words;
  line.hidden = false;
}

async function sendOne(form, path, file) {
  if (file.size > form.dataset.mostMb * 1e6) return `${file.name}: ${form.dataset.large}`;
  const query = new URLSearchParams({ stage: form.dataset.stage, keep_location: form.elements.keep_location?.checked ?? false });
  const answer = await post(`${path}?${query}`, file, { within: null });
  if (answer?.ok) return "";
  const said = await answer?.json().catch(() => null);
  return `${file.name}: ${said?.expected ?? said?.message ?? form.dataset.failed}`;
}

// Returns what was wrong, file by file, empty where nothing was; the next page says it.
async function sendAll(form, path) {
  const wrong = [];
  for (const file of form.elements.photo.files) wrong.push(await sendOne(form, path, file));
  sessionStorage.setItem(KEPT + form.dataset.stage, wrong.filter(Boolean).join("\n"));
  return wrong;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form.add-photo");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  const wrong = await sendAll(form, form.dataset.photos);
  button.disabled = false;
  button.removeAttribute("aria-busy");
  if (wrong.includes("")) location.reload();
  else complain(form, wrong.join("\n"));
});

onStored((form, made) => form.dataset.photos && sendAll(form, filled(form.dataset.photos, made)));

// What was wrong with one file is said after the page has shown the others.
for (const form of document.querySelectorAll("form.add-photo")) {
  const words = sessionStorage.getItem(KEPT + form.dataset.stage);
  sessionStorage.removeItem(KEPT + form.dataset.stage);
  if (words) complain(form, words);
}
