/*
 * Files of a form (components/form.html with `upload`): drop them in, see each one go, take one out again.
 * htmx sends the form and puts it back with its errors; what was chosen stays chosen. The form works without this.
 */
"use strict";

(() => {
  // A file input → what is chosen in it. The browser forgets the last choice with each new one; people do not.
  const chosen = new WeakMap();
  const part = (form, name) => form.querySelector(`template[data-part="${name}"]`).content.firstElementChild.cloneNode(true);
  const inputsOf = (form) => [...form.querySelectorAll("input[type=file]")];
  const filesOf = (form) => inputsOf(form).flatMap((input) => chosen.get(input) ?? []);
  const size = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
  const isSame = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

  const hold = (form, input, files) => {
    const kept = files.filter((file, place) => files.findIndex((other) => isSame(file, other)) === place);
    const transfer = new DataTransfer();
    kept.forEach((file) => transfer.items.add(file));
    input.files = transfer.files;
    chosen.set(input, kept);
    draw(form);
  };
  const add = (form, input, files) => hold(form, input, [...(chosen.get(input) ?? []), ...files]);

  const problemOf = (form, file) => {
    if (!file.size) return form.dataset.empty;
    return file.size > Number(form.dataset.oneMax) ? form.dataset.tooLarge : "";
  };
  const draw = (form) => {
    const list = form.querySelector(".upload-list");
    const rows = inputsOf(form).flatMap((input) =>
      (chosen.get(input) ?? []).map((file) => {
        const row = part(form, "row");
        const button = row.querySelector("button");
        row.querySelector(".upload-name").textContent = file.name;
        row.querySelector(".upload-size").textContent = size(file.size);
        row.querySelector(".upload-problem").textContent = problemOf(form, file);
        button.querySelector("span").textContent = ` ${file.name}`;
        button.addEventListener("click", () => {
          hold(form, input, chosen.get(input).filter((other) => other !== file));
          (form.querySelector(".upload-list button") ?? input).focus();
        });
        return row;
      }),
    );
    list.replaceChildren(...rows);
    list.hidden = !rows.length;
    form.dispatchEvent(new CustomEvent("portal:chosen", { bubbles: true, detail: { rows, files: filesOf(form) } }));
  };

  // Why the files cannot be sent, said before a slow line has carried them for nothing.
  const refusal = (form) => {
    const files = filesOf(form);
    if (files.some((file) => problemOf(form, file))) return form.dataset.takeOut;
    const all = files.reduce((sum, file) => sum + file.size, 0);
    return all > Number(form.dataset.allMax) ? form.dataset.allTooLarge : "";
  };
  const say = (form, words) => {
    form.querySelector(".upload-status").textContent = words;
  };
  const stopped = (form, words) => {
    form.querySelectorAll("progress").forEach((bar) => bar.remove());
    say(form, words);
  };

  // One request carries all files, in their order: how far it is tells how far each one is.
  const progress = (form, { loaded, total }) => {
    const files = filesOf(form);
    const all = files.reduce((sum, file) => sum + file.size, 0);
    if (!all || total < all) return; // what is told of the answer
    let left = loaded - (total - all);
    form.querySelectorAll(".upload-row").forEach((row, place) => {
      const bar = row.querySelector("progress") ?? row.insertBefore(document.createElement("progress"), row.lastElementChild);
      bar.max = files[place].size;
      bar.value = Math.max(0, Math.min(left, files[place].size));
      left -= files[place].size;
    });
    say(form, loaded < total ? form.dataset.sending : form.dataset.checking);
  };

  const enhance = (form) => {
    const inputs = inputsOf(form);
    if (form.dataset.ready || !inputs.length) return;
    form.dataset.ready = "true";
    const last = inputs.at(-1);
    const atCounter = inputs.some((input) => input.hasAttribute("capture"));
    last.closest("[id^='div_id_']").after(part(form, "list"));
    inputs.forEach((input) => {
      if (!chosen.has(input)) {
        input.addEventListener("change", () => add(input.form, input, [...input.files]));
        chosen.set(input, [...input.files]);
      }
      const zone = input.closest("[id^='div_id_']");
      // The input is the old one: what is wrong with it now stands beside it.
      input.classList.toggle("is-invalid", Boolean(zone.querySelector(".invalid-feedback")));
      if (!atCounter) return zone.classList.add("upload-zone");
      const label = zone.querySelector("label");
      label.classList.add("upload-button", "btn", input.hasAttribute("capture") ? "btn-primary" : "btn-outline-secondary");
      label.prepend(part(form, input.hasAttribute("capture") ? "camera" : "folder"));
      input.classList.add("visually-hidden");
    });
    if (!atCounter) last.before(part(form, "drop"));
    form.addEventListener("dragover", (event) => {
      event.preventDefault();
      form.classList.add("is-dropping");
    });
    form.addEventListener("dragleave", (event) => {
      if (!form.contains(event.relatedTarget)) form.classList.remove("is-dropping");
    });
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("is-dropping");
      add(form, last, [...event.dataTransfer.files]);
    });
    form.addEventListener("htmx:beforeRequest", (event) => {
      if (event.target !== form) return; // the form looks something up (core.look_up)
      const why = refusal(form);
      say(form, why);
      if (why) event.preventDefault();
    });
    form.addEventListener("htmx:xhr:progress", (event) => {
      if (event.target === form) progress(form, event.detail);
    });
    form.addEventListener("htmx:sendError", () => stopped(form, form.dataset.failed));
    form.addEventListener("htmx:responseError", (event) =>
      stopped(form, event.detail.xhr.status === 413 ? form.dataset.allTooLarge : form.dataset.failed),
    );
    draw(form);
  };

  const enhanceAll = () => document.querySelectorAll("form[data-upload]").forEach(enhance);
  // A file that misses the form must not take its place in the window.
  ["dragover", "drop"].forEach((name) => window.addEventListener(name, (event) => event.preventDefault()));
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.target.matches("form")) return;
    enhanceAll();
    document.querySelector("form[data-upload] [data-focus]")?.focus();
  });
  enhanceAll();
})();
