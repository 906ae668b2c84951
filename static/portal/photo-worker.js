/*
 * Looks at one picture beside the page, which stays quick meanwhile: { file, most } → { thumbnail, blob }. `blob` is the
 * picture upright and of at most `most` pixels on the longer side; without it the file is small enough, or nothing the
 * browser can read, and is kept itself. `thumbnail` is an address that a page may show (data:).
 */
"use strict";

const THUMBNAIL = 160;

self.addEventListener("message", async ({ data: { file, most } }) => {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const thumbnail = new FileReaderSync().readAsDataURL(await drawn(picture, THUMBNAIL));
    const isLarge = Math.max(picture.width, picture.height) > most;
    self.postMessage({ thumbnail, blob: isLarge ? await drawn(picture, most) : null });
  } catch {
    self.postMessage({});
  }
});

function drawn(picture, most) {
  const by = Math.min(most / Math.max(picture.width, picture.height), 1);
  const canvas = new OffscreenCanvas(Math.round(picture.width * by), Math.round(picture.height * by));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.82 });
}
