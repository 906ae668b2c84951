/*
 * Arrows, circles and lines drawn over a picture with a finger, a pen or the mouse. The picture itself is never touched: what is
 * drawn are paths in its own pixels (assessments/services/annotations.py says how they read and what is taken), shown above it.
 *
 * `photoMarks.open(picture, { width, height, arrows, circles, lines, note })` resolves to what stands there when the person is
 * done, null where nothing is to change. On the page of a picture it fills in the form there.
 */
"use strict";

const photoMarks = (() => {
  const panel = document.getElementById("photo-marks");
  const canvas = panel.querySelector("canvas");
  const field = panel.querySelector(".picture-marks");
  const note = panel.querySelector("[data-note]");
  const says = panel.querySelector("[data-says]");
  const KINDS = ["arrows", "circles", "lines"];
  const SHAPES = { arrows: /M[^M]*M[^M]*/g, circles: /M[^M]*/g, lines: /M[^M]*/g };
  const MOST_PIXELS = 1600; // of the picture as it is shown here
  const MOST_LETTERS = 20000;
  const DONE = "done";
  let width = 1;
  let height = 1;
  let shapes = []; // { kind, path }, in the order they were drawn
  let tool = "arrows";
  let points = []; // of the one under the finger
  let answer = () => {};

  // -- what is drawn, as paths ---------------------------------------------------

  const within = (value, end) => Math.max(0, Math.min(end, Math.round(value)));
  const at = ([x, y]) => `${within(x, width)} ${within(y, height)}`;
  const apart = ([x, y], [u, v]) => Math.hypot(x - u, y - v);
  const reach = () => Math.max(width, height);

  const paths = {
    arrows([from, to]) {
      const along = Math.atan2(to[1] - from[1], to[0] - from[0]);
      const [left, right] = [0.5, -0.5].map((turn) => {
        const [dx, dy] = [Math.cos(along + turn), Math.sin(along + turn)];
        return [to[0] - (dx * reach()) / 25, to[1] - (dy * reach()) / 25];
      });
      return `M${at(from)}L${at(to)}M${at(left)}L${at(to)}L${at(right)}`;
    },
    circles([from, to]) {
      const [left, top] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
      const [across, down] = [Math.abs(from[0] - to[0]), Math.abs(from[1] - to[1])].map((side) => Math.max(1, Math.floor(side / 2)));
      const radii = `${across} ${down}`;
      return `M${at([left, top + down])}a${radii} 0 1 0 ${2 * across} 0a${radii} 0 1 0 -${2 * across} 0z`;
    },
    lines: ([first, ...more]) => `M${at(first)}${(more.length ? more : [first]).map((point) => `L${at(point)}`).join("")}`,
  };
  /* A finger that only touched drew no arrow and no circle; as a line it is a dot. */
  const isDrawn = () => tool === "lines" || (points.length > 1 && apart(points[0], points[1]) > reach() / 100);
  const drawn = () => ({ kind: tool, path: paths[tool](points) });

  function show() {
    const now = points.length && isDrawn() ? [...shapes, drawn()] : shapes;
    for (const path of field.querySelectorAll("path")) path.setAttribute("d", now.map((shape) => shape.path).join(""));
    let words = says.dataset.says;
    for (const kind of KINDS) words = words.replace(`{${kind}}`, now.filter((shape) => shape.kind === kind).length);
    says.textContent = words;
  }

  // -- the finger ------------------------------------------------------------------

  function place({ clientX, clientY }) {
    const box = field.getBoundingClientRect();
    return [within(((clientX - box.left) * width) / box.width, width), within(((clientY - box.top) * height) / box.height, height)];
  }

  field.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const letters = shapes.reduce((sum, { path }) => sum + path.length, 0);
    if (letters > MOST_LETTERS - 200) return;
    field.setPointerCapture(event.pointerId);
    points = [place(event)];
    show();
  });
  field.addEventListener("pointermove", (event) => {
    if (!points.length) return;
    const next = place(event);
    if (tool !== "lines") points = [points[0], next];
    else if (apart(points.at(-1), next) > reach() / 200) points.push(next);
    show();
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    field.addEventListener(kind, () => {
      if (points.length && isDrawn()) shapes.push(drawn());
      if (shapes.reduce((sum, { path }) => sum + path.length, 0) > MOST_LETTERS) shapes.pop();
      points = [];
      show();
    });
  }

  for (const choice of panel.querySelectorAll("[name=photo-mark-tool]")) {
    choice.addEventListener("change", () => (tool = choice.value));
  }
  panel.querySelector("[data-undo]").addEventListener("click", () => {
    shapes.pop();
    show();
  });
  panel.querySelector("[data-done]").addEventListener("click", () => panel.close(DONE));
  panel.querySelector("[data-cancel]").addEventListener("click", () => panel.close(""));
  panel.addEventListener("close", () => {
    const of = (kind) => shapes.filter((shape) => shape.kind === kind).map(({ path }) => path).join("");
    const all = Object.fromEntries(KINDS.map((kind) => [kind, of(kind)]));
    answer(panel.returnValue === DONE ? { ...all, note: note.value.trim() } : null);
  });

  async function open(picture, former = {}) {
    const seen = await createImageBitmap(picture, { imageOrientation: "from-image" });
    [width, height] = [former.width || seen.width, former.height || seen.height];
    const by = Math.min(MOST_PIXELS / Math.max(seen.width, seen.height), 1);
    [canvas.width, canvas.height] = [Math.round(seen.width * by), Math.round(seen.height * by)];
    canvas.getContext("2d").drawImage(seen, 0, 0, canvas.width, canvas.height);
    field.setAttribute("viewBox", `0 0 ${width} ${height}`);
    shapes = KINDS.flatMap((kind) => ((former[kind] ?? "").match(SHAPES[kind]) ?? []).map((path) => ({ kind, path })));
    note.value = former.note ?? "";
    panel.returnValue = "";
    show();
    panel.showModal();
    return new Promise((resolve) => (answer = resolve));
  }

  return { open };
})();

/* On the page of a picture: the same, into its form. */
{
  const form = document.querySelector("[data-marks-of]");
  const button = form?.querySelector("[data-draw]");
  const { arrows, circles, lines, note } = form?.elements ?? {};
  button?.addEventListener("click", async () => {
    const { marksOf, width, height } = form.dataset;
    const picture = await (await fetch(marksOf)).blob();
    const former = { arrows: arrows.value, circles: circles.value, lines: lines.value, note: note.value };
    const made = await photoMarks.open(picture, { width: Number(width), height: Number(height), ...former });
    if (!made) return;
    [arrows.value, circles.value, lines.value, note.value] = [made.arrows, made.circles, made.lines, made.note];
    form.requestSubmit();
  });
  if (button) button.hidden = false;
}
