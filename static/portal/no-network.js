/* The page in place of one that could not be fetched: only the ways that this device keeps, and back, and once more. */
"use strict";

{
  const back = document.querySelector("[data-go-back]");
  const again = document.querySelector("[data-try-again]");
  back.hidden = history.length < 2;
  back.addEventListener("click", () => history.back());
  again.hidden = false;
  again.addEventListener("click", () => location.reload());
  for (const link of document.querySelectorAll(".error-links a")) {
    caches.match(link.href, { ignoreSearch: true, ignoreVary: true }).then((kept) => (link.parentElement.hidden = !kept));
  }
}
