/* What a page gains with JavaScript; every page works without it. */
"use strict";

// A form that came back with errors: the reader starts at the summary, by keyboard and by screen reader.
document.querySelector("[data-focus]")?.focus();

// A save that met the sign-in page, a failure or no network: nothing typed is swapped away, and the page says so.
const notSent = document.getElementById("not-sent");
const showNotSent = (shown) => {
  if (notSent) notSent.hidden = !shown;
};
document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  if (answer.responseURL && new URL(answer.responseURL).pathname.startsWith("/accounts/login/")) {
    event.detail.shouldSwap = false;
    showNotSent(true);
  } else {
    showNotSent(answer.status >= 500);
  }
});
document.addEventListener("htmx:sendError", () => showNotSent(true));
