/* What a page gains with JavaScript; every page works without it. */
"use strict";

// A form that came back with errors: the reader starts at the summary, by keyboard and by screen reader.
document.querySelector("[data-focus]")?.focus();

// The entry of this page is in sight, however far down the rail it stands.
const here = document.querySelector(".rail-open [aria-current]");
if (here) {
  const entries = here.closest(".rail-open");
  const at = here.offsetTop - entries.offsetTop;
  if (at + here.offsetHeight > entries.clientHeight) entries.scrollTop = at - entries.clientHeight / 2;
}

// A link to a place within what is folded unfolds it.
const unfold = () => {
  const there = location.hash && document.getElementById(location.hash.slice(1));
  const fold = there && there.closest("details:not([open])");
  if (!fold) return;
  fold.open = true;
  there.scrollIntoView();
};
window.addEventListener("hashchange", unfold);
unfold();

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
    showNotSent(answer.status >= 500 || answer.status === 403);
  }
});

// A choice among many (components/look_up.html): the list alone is asked for, as its form would be sent.
const LOOKING_UP = ".look-up [type=search]";
document.addEventListener("htmx:configRequest", ({ target: line, detail }) => {
  if (!line.matches(LOOKING_UP)) return;
  detail.verb = line.form.getAttribute("method");
  detail.path = line.form.getAttribute("action") || location.pathname + (detail.verb === "post" ? location.search : "");
});
const lookUp = (event, line) => {
  if (!line || !window.htmx) return;
  event.preventDefault();
  htmx.trigger(line, "look-up");
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing && event.target.matches?.(LOOKING_UP)) lookUp(event, event.target);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".look-up [name=look-up]");
  if (button) lookUp(event, button.closest(".look-up").querySelector(LOOKING_UP));
});

// What was typed into one form of a page is not dropped unseen by the button of another: the first press says so.
// The forms of a sheet's items save themselves (sheet.js), and those that htmx sends leave the page where it is.
const LEAVING = "main form[method=post]:not(.item-form, [hx-post])";
const isTyped = (field) => field.defaultValue !== undefined && field.value !== field.defaultValue;
const typedElsewhere = (form) =>
  [...document.querySelectorAll(LEAVING)]
    .filter((other) => other !== form)
    .flatMap((other) => [...other.querySelectorAll("textarea, input[type=text]")])
    .find(isTyped);
document.addEventListener("submit", (event) => {
  const field = typedElsewhere(event.target);
  const told = document.getElementById("not-together");
  if (!field || !told || !event.target.matches(LEAVING) || !told.hidden) return;
  event.preventDefault();
  told.hidden = false;
  told.querySelector("q").textContent = field.value.trim().slice(0, 40);
  event.submitter?.before(told);
  field.focus();
});

/*
 * The forms' token. A script does not see its cookie; whoever signed in again in another window has another token than
 * this page was drawn with.
 */
let formToken = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
async function fetchFormToken() {
  const answer = await fetch("/accounts/token/", { cache: "no-store" });
  if (answer.ok) formToken = (await answer.json()).token;
  return formToken;
}
// What was refused is sent once more, with the token of now.
const sentAgain = new WeakSet();
document.addEventListener("htmx:responseError", async (event) => {
  const { elt, requestConfig, xhr } = event.detail;
  if (xhr.status !== 403 || sentAgain.delete(elt)) return;
  await fetchFormToken();
  sentAgain.add(elt);
  const { type = "submit", submitter } = requestConfig.triggeringEvent ?? {};
  if (type === "submit" && elt instanceof HTMLFormElement) elt.requestSubmit(submitter);
  else htmx.trigger(elt, type);
});
document.addEventListener("htmx:configRequest", (event) => {
  const { headers, parameters } = event.detail;
  if (!formToken) return;
  headers["X-CSRFToken"] = formToken;
  if (parameters.csrfmiddlewaretoken) parameters.csrfmiddlewaretoken = formToken;
});
document.addEventListener("htmx:sendError", () => showNotSent(true));

// Signing out leaves no sheet behind on this device; marks not yet sent stay, for their writer alone (outbox.js).
async function leaveNothing() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("sheets/") && !JSON.parse(localStorage.getItem(key)).waiting) localStorage.removeItem(key);
  }
  sessionStorage.clear();
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("sheets-")).map((name) => caches.delete(name)));
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
}
for (const form of document.querySelectorAll("form[action$='/accounts/logout/']")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leaveNothing().catch(() => {}).finally(() => form.submit());
  });
}
