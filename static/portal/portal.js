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

// On paper nothing is folded; afterwards it is as it was.
const unfolded = [];
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("main details:not([open])")) {
    fold.open = true;
    unfolded.push(fold);
  }
});
window.addEventListener("afterprint", () => {
  for (const fold of unfolded.splice(0)) fold.open = false;
});

// On a phone a filter that nobody has used is a button, and the list begins at once (the style sheet folds there alone).
for (const fold of document.querySelectorAll(".filter-fold")) {
  const isUsed = [...new URLSearchParams(location.search).values()].some(Boolean);
  const show = (isOpen) => {
    fold.form.classList.toggle("filter--folded", !isOpen);
    fold.setAttribute("aria-expanded", isOpen);
  };
  fold.hidden = false;
  show(isUsed);
  fold.addEventListener("click", () => show(fold.form.classList.contains("filter--folded")));
}

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
 * this page was drawn with. Of somebody else's it takes none: what was typed here would be stored as theirs.
 */
const person = document.body.dataset.user; // whose page this is; nobody's in public
let isSignedIn = Boolean(person); // as far as this page knows
let formToken = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
async function fetchFormToken() {
  const answer = await fetch("/accounts/token/", { cache: "no-store" });
  const { token, user } = answer.ok ? await answer.json() : {};
  isSignedIn = person === String(user);
  if (token && (!person || isSignedIn)) formToken = token;
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
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (data !== "not-sent") return;
  showNotSent(true);
  notSent?.scrollIntoView({ block: "center" });
});

// For scripts that wait for something first (outbox.js): the page may have loaded meanwhile.
const whenLoaded = (act) => (document.readyState === "complete" ? setTimeout(act) : window.addEventListener("load", act));

// Sheets that a device keeps (sheet-worker.js): those of whoever signed in before are nobody's to see any more.
async function dropSheets(kept) {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("sheets-") && !(kept && (name === kept || name.startsWith(`${kept}-`)))).map((name) => caches.delete(name)));
}
async function dropOthers() {
  for (const registration of await navigator.serviceWorker.getRegistrations()) {
    const worker = registration.active;
    if (!worker || new URL(worker.scriptURL).searchParams.get("user") === person) continue;
    worker.postMessage("over");
    await registration.unregister();
  }
  await dropSheets(`sheets-${person}`);
}
if (person && window.caches && navigator.serviceWorker) dropOthers();

/* Who the portal says is here; null where it cannot be reached. */
const whoIsHere = () =>
  fetch("/accounts/token/", { cache: "no-store", signal: AbortSignal.timeout(4000) })
    .then((answer) => answer.json())
    .then(({ user }) => String(user), () => null);

// randomUUID() wants a secure context; this works in every one.
const newKey = () =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16),
  );

// Signing out leaves no sheet behind on this device; marks and photographs not yet sent stay, for their writer alone (device-store.js),
// who is asked first.
const keepsHere = () => Boolean(person) && typeof deviceStore !== "undefined";
async function unsent() {
  if (!keepsHere()) return 0;
  return Object.values(await deviceStore.unsent()).reduce((sum, count) => sum + count, 0);
}
async function leaveNothing() {
  if (keepsHere() && vault.isOn()) await vault.forget();
  if (keepsHere()) await deviceStore.dropEchoes(person).catch(() => {});
  sessionStorage.clear();
  for (const { active } of await navigator.serviceWorker.getRegistrations()) active?.postMessage("out"); // and lays nothing back
  await dropSheets();
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
}
for (const form of document.querySelectorAll("form[action$='/accounts/logout/']")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const left = await unsent().catch(() => 0);
    if (left && form.dataset.ask && !confirm(form.dataset.ask.replace("{n}", left))) return;
    // By a script, so that this page knows whether it was done. Without a network nobody is signed out: then what is kept here
    // stays, and the page in place of the answer says so.
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => null);
    if (answer?.type !== "opaqueredirect") return form.submit();
    await leaveNothing().catch(() => {});
    location.assign(form.dataset.after || "/");
  });
}

// 长辈模式: the page read aloud, a paragraph at a time (a browser may stop in the middle of a longer text), and stopped again.
const aloud = document.getElementById("read-aloud");
if (aloud && window.speechSynthesis) {
  const stop = () => {
    speechSynthesis.cancel();
    aloud.setAttribute("aria-pressed", "false");
  };
  aloud.hidden = false;
  aloud.addEventListener("click", () => {
    if (aloud.getAttribute("aria-pressed") === "true") return stop();
    const said = document.getElementById("main").innerText.split("\n").filter((line) => line.trim());
    aloud.setAttribute("aria-pressed", "true");
    said.forEach((line, n) => {
      const spoken = new SpeechSynthesisUtterance(line);
      spoken.lang = document.documentElement.lang;
      spoken.rate = 0.9;
      if (n === said.length - 1) spoken.onend = stop;
      speechSynthesis.speak(spoken);
    });
  });
  window.addEventListener("pagehide", stop);
}
