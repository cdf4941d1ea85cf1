// Begins and ends a walk of the round; what arrives is brought by the live part of the page.
import { post } from "./session.js";
import { refresh } from "./swap.js";
import { text } from "./texts.js";

async function send(path, body) {
  const answer = await post(path, body);
  if (!answer?.ok) throw new Error((await answer?.json().catch(() => null))?.message ?? text("answer.failed"));
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
      const begun = await send("/api/walks", { place_id: Number(button.dataset.walk) });
      location.assign(`/walks/${begun.walk.walk_id}`);
    } else {
      await send(`/api/walks/${button.dataset.endWalk}/end`, {});
      await refresh();
    }
  } catch (problem) {
    complain(problem);
  } finally {
    button.disabled = false;
  }
});
