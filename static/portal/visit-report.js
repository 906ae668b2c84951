/*
 * A signature drawn with a finger, a pen or the mouse, kept as the path of an SVG in a field of 600 by 200
 * (assessments/services/visit_reports.py says what is taken). Without this the report is signed on paper.
 */
"use strict";

(() => {
  const field = document.querySelector("[data-signature]");
  if (!field) return;
  const input = field.closest("form").elements.signature;
  const canvas = field.querySelector("canvas");
  const pen = canvas.getContext("2d");
  const [WIDTH, HEIGHT, MOST] = [600, 200, 20000];
  let last = null;

  const draw = () => {
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    Object.assign(pen, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: "#000" });
    pen.stroke(new Path2D(input.value));
  };
  // Where the finger is, in whole points of the field.
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value, end) => Math.max(0, Math.min(end, Math.round(value)));
    return [within(((event.clientX - box.left) * WIDTH) / box.width, WIDTH), within(((event.clientY - box.top) * HEIGHT) / box.height, HEIGHT)];
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = point(event);
    // A touch alone is a dot: a stroke to where it began.
    if (input.value.length < MOST - 40) input.value += `M${last.join(" ")}L${last.join(" ")}`;
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = point(event);
    if (Math.hypot(next[0] - last[0], next[1] - last[1]) < 3 || input.value.length > MOST - 20) return;
    input.value += `L${next.join(" ")}`;
    last = next;
    draw();
  });
  for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, () => { last = null; });
  field.querySelector("button").addEventListener("click", () => {
    input.value = "";
    draw();
  });
  field.hidden = false;
  draw();
})();
