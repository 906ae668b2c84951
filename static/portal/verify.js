/*
 * The file of a paper, chosen or dropped: its SHA-256 is worked out here and asked for; the file goes nowhere.
 * Where the browser cannot do that (no secure connection) the form sends the file, as it does without this.
 */
"use strict";

(() => {
  const form = document.querySelector("form[data-verify]");
  if (!form || !window.crypto?.subtle) return;
  const input = form.querySelector("input[type=file]");
  const ask = async (file) => {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const written = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    location.assign(`${form.dataset.verify}?code=${written}`);
  };
  form.querySelector("[data-sent]").hidden = true;
  form.querySelector("[data-here]").hidden = false;
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    ask(input.files[0]).catch(() => form.submit());
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
})();
