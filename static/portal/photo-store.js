/*
 * The photographs that this device keeps (device-store.js), as photos.js works with them. Every change is told by
 * "photos:change", those of the other windows as well.
 *
 * Where the owner has set a PIN (vault.js), a row has the record sealed and, apart, its picture, so that a list of two hundred
 * opens no picture. `all` gives records without their `blob`, with its `bytes`; `read` the whole.
 */
"use strict";

const photoStore = (() => {
  const { PHOTOS } = deviceStore;
  const tell = () => document.dispatchEvent(new CustomEvent("photos:change"));

  /* The record of a row, without its picture. */
  async function recordOf(row) {
    if (row.sealed && !vault.isOn()) await vault.reopen();
    if (row.sealed) return seal.outOfBytes(await vault.open(row.sealed));
    const { blob, ...record } = row;
    return { ...record, bytes: blob?.size ?? 0, type: blob?.type };
  }

  async function read(key) {
    await vault.ready;
    const row = await deviceStore.read(PHOTOS, key);
    if (!row?.sealed) return row;
    const { bytes, type, ...record } = await recordOf(row);
    const blob = row.image && new Blob([await vault.open(await row.image.arrayBuffer())], { type });
    return { ...record, blob };
  }

  async function all() {
    await vault.ready;
    const rows = await deviceStore.all(PHOTOS);
    const records = await Promise.all(rows.map((row) => recordOf(row).catch(() => null)));
    return records.filter(Boolean).sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  async function rowOf(record) {
    if (!vault.seals()) return record;
    const { blob, ...rest } = record;
    const sealed = await vault.close(seal.inBytes({ ...rest, bytes: blob?.size ?? 0, type: blob?.type }));
    const image = blob && new Blob([await vault.close(await blob.arrayBuffer())]);
    return { key: record.key, receipt: record.receipt, marks: Boolean(record.marks), sealed, image };
  }

  async function keep(record) {
    await vault.ready;
    await deviceStore.put(PHOTOS, await rowOf(record));
    tell();
  }

  /* Some fields of one that is still there, one change after the other: between reading and writing nobody else writes. */
  let changing = Promise.resolve();
  const change = (key, fieldsOf) =>
    (changing = changing.catch(() => {}).then(async () => {
      const record = await read(key);
      if (record) await keep({ ...record, ...fieldsOf(record) });
    }));

  async function drop(key) {
    await deviceStore.drop(PHOTOS, key);
    tell();
  }

  /* Each as it is to lie there now (pin.js); what does already is left alone. */
  async function bringOver(step) {
    for (const { key, sealed } of await deviceStore.all(PHOTOS)) {
      if (Boolean(sealed) !== vault.seals()) await keep(await read(key));
      step();
    }
  }

  deviceStore.heard(PHOTOS, tell);

  return { read, all, keep, change, drop, bringOver };
})();
