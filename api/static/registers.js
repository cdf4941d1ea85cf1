// A file of registers: checked first, stored on a second tap. The server says what is wrong, cell by cell.
import { post } from "./session.js";

const form = document.getElementById("import-form");
const outcome = document.getElementById("import-outcome");
const LARGEST_BYTES = form.dataset.mostMb * 1e6;

function complain(words) {
  const line = document.createElement("p");
  line.className = "problem";
  line.setAttribute("role", "alert");
  line.textContent = words;
  outcome.replaceChildren(line);
}

// What was stored is counted, and can be taken back, without a reload that would clear what was said of it.
async function renew() {
  const answer = await fetch("/registers", { signal: AbortSignal.timeout(10000) }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["registers-table", "imports"]) document.getElementById(id).replaceWith(page.getElementById(id));
}

async function send(dryRun) {
  const file = form.elements.file.files[0];
  if (!file) return;
  if (file.size > LARGEST_BYTES) {
    complain(form.dataset.large);
    return;
  }
  const query = new URLSearchParams({ file_name: file.name, register: form.elements.register.value, dry_run: dryRun });
  const button = document.getElementById("confirm-import") ?? form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  const answer = await post(`/fragments/registers/import?${query}`, file, { within: null });
  button.removeAttribute("aria-busy");
  button.disabled = false;
  if (!answer?.ok) {
    const said = await answer?.json().catch(() => null);
    const why = said?.expected ?? said?.message;
    complain(why ? `${form.dataset.failed} ${why}` : form.dataset.failed);
    return;
  }
  outcome.innerHTML = await answer.text();
  document.getElementById("confirm-import")?.addEventListener("click", () => send(false));
  if (!dryRun) await renew();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(true);
});
form.addEventListener("change", () => outcome.replaceChildren());
