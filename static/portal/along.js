/*
 * Taking visits along: every page and picture of the plan (pages/along.py) is fetched and laid into this person's caches,
 * from which sheet-worker.js answers where there is no network. What belongs to one sheet lies in a cache of its own, so
 * that it goes with the sheet's round. Pressed again, it fetches anew; what is kept stays until its newer copy is there.
 */
"use strict";

{
  const place = document.getElementById("along");
  const words = place.dataset;
  const plan = JSON.parse(document.getElementById("along-plan").textContent);
  const KEPT = `sheets-${person}`;
  const POCKET = /\/sheets\/(\d+)\/pocket\/$/;
  const bytes = (size) => (size < 1048576 ? `${Math.ceil(size / 1024)} KB` : `${(size / 1048576).toFixed(1)} MB`);
  const LONGEST_INSTALL = 30000; // of the worker, without which nothing that is kept could be opened
  let size = 0;

  class Lost extends Error {}
  const lost = (why) => {
    throw new Lost(why);
  };
  const broken = () => lost(words.broken);

  /*
   * The answer's address and text. To the sign-in page it is not followed: that would change the token of the form there.
   * A sheet is begun by being opened (`begins`), and its address told in a header.
   */
  async function keep(address, name = KEPT, begins = false) {
    const headersSent = begins ? { "HX-Request": "true" } : {};
    const answer = await fetch(address, { cache: "no-store", redirect: "manual", headers: headersSent }).catch(broken);
    if (answer.type === "opaqueredirect" || answer.status === 401) lost(words.signedOut);
    if (!answer.ok) broken();
    if (begins) return keep(answer.headers.get("HX-Redirect") ?? broken(), name);
    const body = await answer.blob().catch(broken);
    const url = new URL(answer.url).pathname;
    const headers = new Headers(answer.headers);
    for (const each of ["Content-Encoding", "Content-Length"]) headers.delete(each); // of the line, not of what is kept
    await vault.put(await caches.open(name), url, new Response(body, { headers }));
    size += body.size;
    return { url, body };
  }

  const parts = "link[rel=stylesheet], link[rel=icon], link[rel=prefetch], link[rel=manifest], script[src]";
  const partsOf = async (body) =>
    [...new DOMParser().parseFromString(await body.text(), "text/html").querySelectorAll(parts)].map((each) => each.getAttribute("href") || each.getAttribute("src"));

  async function take(section) {
    const { visits, besides } = plan[section.dataset.part];
    const hasPictures = section.querySelector("[data-with-pictures]")?.checked;
    const button = section.querySelector("[data-take-along]");
    const bar = section.querySelector("progress");
    const said = section.querySelector("[data-said]");
    const of = (visit) => [...visit.small, ...(hasPictures ? visit.pictures : [])];
    bar.max = visits.reduce((sum, visit) => sum + visit.sheets.length + visit.pages.length + of(visit).length, besides.length);
    bar.value = size = 0;
    bar.hidden = false;
    button.disabled = true;
    const step = () => {
      bar.value += 1;
      said.textContent = words.begins.replace("{n}", bar.value).replace("{all}", bar.max);
    };
    navigator.storage?.persist?.();
    try {
      await outbox.worker;
      const slow = new Promise((resolve) => setTimeout(resolve, LONGEST_INSTALL));
      if (!(await Promise.race([navigator.serviceWorker.ready, slow]))) broken();
      await outbox.ready;
      const shared = new Set();
      let sheets = 0;
      for (const visit of visits) {
        let name = KEPT;
        for (const address of visit.sheets) {
          const { url, body } = await keep(address, KEPT, !POCKET.test(address));
          const [, sheet] = POCKET.exec(url) || [];
          if (!sheet) broken();
          if (name === KEPT) name = `${KEPT}-${sheet}`;
          for (const each of await partsOf(body)) shared.add(each);
          sheets += 1;
          step();
        }
        for (const address of visit.pages) {
          const { body } = await keep(address, name);
          for (const each of await partsOf(body)) shared.add(each);
          step();
        }
        for (const address of of(visit)) {
          await keep(address, name);
          step();
        }
      }
      for (const address of besides) {
        const { body } = await keep(address);
        for (const each of await partsOf(body)) shared.add(each);
        step();
      }
      for (const address of shared) await keep(address);
      said.textContent = words.done.replace("{n}", sheets).replace("{size}", bytes(size));
    } catch (error) {
      said.textContent = error instanceof Lost ? error.message : words.full;
    }
    bar.hidden = true;
    button.disabled = false;
    await show();
  }

  /* Of each visit: since when its sheet is here, and whether it was finished here. */
  async function show() {
    if (!window.caches) return;
    await outbox.ready;
    const cache = await caches.open(KEPT);
    const here = await vault.match(cache, location.pathname);
    // A page that was drawn before a sheet was begun does not know its address; the copy kept since does.
    const fresh = here && new DOMParser().parseFromString(await here.text(), "text/html");
    for (const line of place.querySelectorAll("[data-visit]")) {
      const link = line.querySelector("[data-open]");
      if (!link) continue;
      const known = fresh?.querySelector(`[data-visit="${line.dataset.visit}"] [data-open]`)?.getAttribute("href");
      if (!POCKET.test(link.getAttribute("href")) && known) link.href = known;
      const [, sheet] = POCKET.exec(link.getAttribute("href")) || [];
      const copy = sheet && (await vault.match(cache, link.getAttribute("href")));
      const since = copy && new Date(copy.headers.get("Date")).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
      const isFinished = sheet && outbox.read(outbox.keyOf(sheet, "finish"))?.waiting;
      line.querySelector("[data-state]").textContent = [
        copy && words.kept.replace("{since}", since), isFinished && words.finished,
      ].filter(Boolean).join(" ");
    }
  }

  for (const section of place.querySelectorAll("[data-part]")) {
    const button = section.querySelector("[data-take-along]");
    if (button) button.addEventListener("click", () => take(section));
  }
  outbox.worker.then(
    () => place.querySelectorAll("[data-tools]").forEach((tools) => (tools.hidden = false)),
    () => (document.getElementById("along-off").hidden = false),
  );
  document.addEventListener("outbox:change", show);
  show();
}
