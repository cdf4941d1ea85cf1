// Begins and ends a walk of the round; what arrives is brought by the live part of the page.
import { refresh } from "./swap.js";

const token = document.querySelector('meta[name="csrf-token"]').content;

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "X-CSRF-Token": token, "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(8000),
  });
  if (!answer.ok) throw new Error((await answer.json()).message);
  return answer.json();
}

function complain(problem) {
  const toast = document.getElementById("toast");
  document.getElementById("toast-word").textContent = problem.message;
  toast.dataset.kind = "problem";
  toast.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-walk], [data-end-walk]");
  if (!button) return;
  button.disabled = true;
  try {
    if (button.dataset.walk) {
      const begun = await post("/api/walks", { place_id: Number(button.dataset.walk) });
      location.assign(`/walks/${begun.walk.walk_id}`);
    } else {
      await post(`/api/walks/${button.dataset.endWalk}/end`, {});
      await refresh();
    }
  } catch (problem) {
    complain(problem);
  } finally {
    button.disabled = false;
  }
});
