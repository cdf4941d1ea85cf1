// The login page.
const form = document.getElementById("login-form");
const problem = document.getElementById("problem");

function complain(words) {
  problem.textContent = words;
  problem.hidden = false;
}

// A link from another app brings no cookie (SameSite=Strict); asked from here it is there.
fetch("/api/me").then((answer) => { if (answer.ok) location.replace(form.dataset.next); }).catch(() => {});

document.getElementById("show-password").addEventListener("change", (event) => {
  form.elements.password.type = event.target.checked ? "text" : "password";
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  problem.hidden = true;
  const body = JSON.stringify({ login: form.elements.login.value.trim(), password: form.elements.password.value });
  const answer = await fetch("/api/login", { method: "POST", headers: { "Content-Type": "application/json" }, body, signal: AbortSignal.timeout(10000) }).catch(() => null);
  if (answer?.ok) {
    location.assign(form.dataset.next);
    return;
  }
  button.disabled = false;
  complain({ 401: form.dataset.wrong, 422: form.dataset.wrong, 429: form.dataset.many }[answer?.status] ?? form.dataset.unreachable);
  form.elements.password.select();
});
