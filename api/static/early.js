// Keeps what is pressed before the page's modules have come, and presses it once they have: on a slow line a carer's
// answer would be lost without a word. No module itself: it must be there before the first button is.
{
  const pressed = new Set();

  function keep(button) {
    pressed.add(button);
    button.setAttribute("aria-busy", "true");
  }

  const onClick = (event) => {
    const button = event.target.closest('button[type="button"]');
    if (button) keep(button);
  };

  const onSubmit = (event) => {
    if (event.target.getAttribute("method") !== "dialog" || !event.submitter) return;
    event.preventDefault();
    keep(event.submitter);
  };

  document.addEventListener("click", onClick, true);
  document.addEventListener("submit", onSubmit, true);
  // Modules have run before this event.
  document.addEventListener("DOMContentLoaded", () => {
    document.removeEventListener("click", onClick, true);
    document.removeEventListener("submit", onSubmit, true);
    for (const button of pressed) {
      button.removeAttribute("aria-busy");
      // What lies behind an open dialog could not be pressed by hand either.
      if (!document.querySelector("dialog[open]")) button.click();
    }
  });

  window.addEventListener("error", (event) => {
    if (event.target instanceof HTMLScriptElement) document.documentElement.dataset.incomplete = "";
  }, true);
}
