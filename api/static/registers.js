// A file of registers: checked first, stored on a second tap. The server says what is wrong, cell by cell.
const form = document.getElementById("import-form");
const outcome = document.getElementById("import-outcome");
const LARGEST_BYTES = form.dataset.mostMb * 1e6;

function complain(words) {
  const line = document.createElement("p");
  line.className = "note bad";
  line.setAttribute("role", "alert");
  line.textContent = words;
  outcome.replaceChildren(line);
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
  const answer = await fetch(`/fragments/registers/import?${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream", "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content, Accept: "text/html, application/json" },
    body: file,
  }).catch(() => null);
  button.removeAttribute("aria-busy");
  button.disabled = false;
  if (!answer?.ok) {
    const said = await answer?.json().catch(() => null);
    complain(said?.message ? `${form.dataset.failed} ${said.message}` : form.dataset.failed);
    return;
  }
  outcome.innerHTML = await answer.text();
  document.getElementById("confirm-import")?.addEventListener("click", () => send(false));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(true);
});
form.addEventListener("change", () => outcome.replaceChildren());
