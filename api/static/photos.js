// Photos of a hazard: each file is sent by itself; the server says what is wrong with one.
const KEPT = "photos:";
const token = () => document.querySelector('meta[name="csrf-token"]').content;

function complain(form, words) {
  const line = form.querySelector(".note");
  line.textContent = words;
  line.hidden = false;
}

async function sendOne(form, file) {
  if (file.size > form.dataset.mostMb * 1e6) return `${file.name}: ${form.dataset.large}`;
  const query = new URLSearchParams({ stage: form.dataset.stage, keep_location: form.elements.keep_location.checked });
  const answer = await fetch(`${form.dataset.photos}?${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream", "X-CSRF-Token": token() },
    body: file,
  }).catch(() => null);
  if (answer?.ok) return "";
  const said = await answer?.json().catch(() => null);
  return `${file.name}: ${said?.expected ?? said?.message ?? form.dataset.failed}`;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-photos]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  const wrong = [];
  for (const file of form.elements.photo.files) wrong.push(await sendOne(form, file));
  button.disabled = false;
  button.removeAttribute("aria-busy");
  const told = wrong.filter(Boolean);
  if (told.length < wrong.length) {
    sessionStorage.setItem(KEPT + form.dataset.stage, told.join("\n"));
    location.reload();
  } else complain(form, told.join("\n"));
});

// What was wrong with one file is said after the page has shown the others.
for (const form of document.querySelectorAll("form[data-photos]")) {
  const words = sessionStorage.getItem(KEPT + form.dataset.stage);
  sessionStorage.removeItem(KEPT + form.dataset.stage);
  if (words) complain(form, words);
}
