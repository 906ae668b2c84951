/*
 * Before a folder is sent: which file goes to which item, by the number its name begins with, read as
 * assessments/services/folder.py reads it. The rows are those of upload.js. The page works without this; then it is
 * told afterwards.
 */
"use strict";

(() => {
  const items = document.querySelector("[data-items]");
  if (!items) return;
  const NUMBER = /^\s*([A-Za-z]{2})[-_ ]?(\d{1,2})[._-](\d{1,2})(?!\d)/;
  const words = new Map([...items.querySelectorAll("[data-code]")].map((row) => [row.dataset.code, row.textContent]));
  const none = document.querySelector("template[data-part=no-item]").content;

  document.addEventListener("portal:chosen", ({ detail: { rows, files } }) => {
    rows.forEach((row, place) => {
      const found = files[place].name.normalize("NFKC").match(NUMBER);
      const item = found && words.get(`${found[1].toUpperCase()}-${Number(found[2])}.${Number(found[3])}`);
      const where = document.createElement("span");
      where.className = "upload-item";
      where.append("→ ", item ?? none.cloneNode(true));
      row.append(where);
    });
  });
})();
