/*
 * All that waits on this device, marks (outbox.js) and photographs (photos.js), in one place: how many, since when, what went
 * wrong last, one button that sends, one file as the last resort, and whether the browser will keep it.
 *
 * The file is lines of JSON: first whose it is, then a mark or a photograph a line, so that two hundred photographs need
 * not stand in one string. It is read in on any device of the same person; what has arrived meanwhile arrives no second time.
 */
"use strict";

const queue = (() => {
  const panel = document.getElementById("queue");
  const words = panel.dataset;
  const user = outbox.words.user;
  const LITTLE_ROOM = 200 * 1048576;
  const MARK = /^\/desk\/(sheets\/\d+\/((items|pocket)\/\d+|finish)|assessments\/\d+\/report\/kept)\/$/; // or what goes last
  const PICTURE = /^\/desk\/evidence\/files\/\d+\/picture\/$/;
  const PHOTO = /^\/desk\/assessments\/\d+\/photos\/$/;
  const PLACE = /^\/desk\/(sheets\/\d+\/[^:]*|assessments\/\d+\/report\/)$/;
  const part = (name) => panel.querySelector(`[data-${name}]`);
  let isAsked = false;

  const bytes = (size) => (size < 1048576 ? `${Math.ceil(size / 1024)} KB` : `${(size / 1048576).toFixed(1)} MB`);
  const say = (name, text) => {
    part(name).textContent = text;
    part(name).hidden = !text;
  };

  // -- what waits ----------------------------------------------------------------

  async function show() {
    await outbox.ready;
    const marks = outbox.late();
    const pictures = await photos.waiting();
    const left = [...marks, ...pictures].sort((a, b) => (a.at < b.at ? -1 : 1));
    panel.hidden = !left.length && "quiet" in words;
    part("nothing").hidden = left.length > 0;
    part("buttons").hidden = !left.length;
    const since = left.length && new Date(left[0].at).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
    const size = bytes(pictures.reduce((sum, picture) => sum + picture.bytes, 0));
    const sum = words.sum.replace("{marks}", marks.length).replace("{photos}", pictures.length).replace("{size}", size).replace("{since}", since);
    say("sum", left.length ? sum : "");
    const stuck = left.find(({ trouble }) => trouble && trouble !== "incomplete");
    const why = stuck && (pictures.includes(stuck) ? photos : outbox).sentence(stuck);
    say("last", stuck ? `${stuck.site} ${stuck.code}${words.colon}${why}` : "");
    if (left.length) await lasting();
  }

  /* Many changes at once are shown once. */
  let due = 0;
  function showSoon() {
    due ||= setTimeout(() => {
      due = 0;
      show();
    }, 300);
  }

  // -- whether it will be kept -----------------------------------------------------

  /* Asked once a page, with something to keep; browsers answer by how much the portal is used. */
  async function lasting() {
    if (!navigator.storage?.persist) return;
    const isKept = (await navigator.storage.persisted()) || (!isAsked && (await navigator.storage.persist()));
    isAsked = true;
    say("lasting", isKept ? words.isKept : words.mayGo);
    say("room", await shortage());
  }

  /* Words where the room for photographs runs short, else "". */
  async function shortage() {
    const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
    return quota && quota - usage < LITTLE_ROOM ? words.short.replace("{size}", bytes(Math.max(quota - usage, 0))) : "";
  }

  // -- the last resort -------------------------------------------------------------

  const inText = (blob) =>
    new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => resolve("");
      reader.readAsDataURL(blob);
    });

  function inBytes(text) {
    const [, type, content] = /^data:([\w/+.-]*);base64,(.*)$/.exec(text);
    return new Blob([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], { type });
  }

  async function toFile() {
    const lines = [`${JSON.stringify({ queue: 1, user, at: new Date().toISOString() })}\n`];
    for (const mark of outbox.waiting()) lines.push(`${JSON.stringify({ mark })}\n`);
    for (const { key } of await photos.waiting()) {
      const photo = await photos.whole(key);
      if (!photo) continue; // damaged: its line says so
      const blob = photo.blob && (await inText(photo.blob)); // gone where only what was drawn over it waits
      lines.push(`${JSON.stringify({ photo: { ...photo, blob } })}\n`);
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
    link.download = words.file;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async function* linesOf(file) {
    const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let part; !(part = await reader.read()).done; ) {
      const lines = (rest + part.value).split("\n");
      rest = lines.pop();
      yield* lines;
    }
    if (rest) yield rest;
  }

  const isText = (said) => typeof said === "string";
  const isMark = ({ sheet, item, kind, fields, at }) =>
    /^\d+$/.test(sheet) && (kind ? ["finish", "report"].includes(kind) && item === kind : /^\d+$/.test(item)) &&
    isText(at) && Object.values(fields).every(isText);

  /* Of a file that somebody else may have made: nothing leads anywhere but to where a mark or a photograph is sent. */
  function readMark(record) {
    if (!MARK.test(record.url) || !PLACE.test(record.place) || !isMark(record)) throw new Error("no mark");
    const key = outbox.keyOf(record.sheet, record.item);
    const here = outbox.read(key);
    if (here?.waiting && here.at >= record.at) return;
    // It may have been sent since: the same mark, already stored, is then no conflict.
    outbox.keep({ ...record, key, waiting: true, trouble: record.trouble === "incomplete" ? "incomplete" : "", note: "", unsure: record.fields });
  }

  async function readPhoto(record) {
    if (!PHOTO.test(record.url)) throw new Error("no photograph");
    if (await photoStore.read(record.key)) return;
    const thumbnail = record.thumbnail?.startsWith("data:image/") ? record.thumbnail : "";
    const picture = PICTURE.test(record.picture) ? record.picture : "";
    const made = { ...record, thumbnail, picture, trouble: "", note: "" };
    await photoStore.keep(record.blob ? { ...made, blob: inBytes(record.blob), receipt: 0 } : made);
  }

  async function fromFile(file) {
    let isFirst = true;
    for await (const text of linesOf(file)) {
      const line = JSON.parse(text);
      if (isFirst && line.queue !== 1) throw new Error("no queue");
      if (isFirst && line.user !== user) return words.othersFile;
      isFirst = false;
      if (line.mark) readMark(line.mark);
      if (line.photo) await readPhoto(line.photo);
    }
    if (isFirst) throw new Error("empty");
    send();
    return words.readIn;
  }

  async function chosen({ target }) {
    say("read", await fromFile(target.files[0]).catch(() => words.noQueue));
    target.value = "";
  }

  function send() {
    outbox.soon();
    photos.soon();
  }

  part("send").addEventListener("click", send);
  part("to-file").addEventListener("click", toFile);
  part("from-file").addEventListener("change", chosen);
  document.addEventListener("outbox:change", show);
  document.addEventListener("photos:change", showSoon);
  document.addEventListener("store:old", () => say("old", words.isOld));
  whenLoaded(show);

  return { shortage };
})();
