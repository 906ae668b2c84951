/*
 * Where the PIN is set, turned off, and the device locked at once: a part of the page of what is taken along.
 */
"use strict";

{
  const place = document.getElementById("pin");
  const words = place.dataset;
  const part = (name) => place.querySelector(`[data-${name}]`);
  const say = (text) => (part("told").textContent = text);
  const busy = (isBusy) => place.querySelectorAll("button").forEach((button) => (button.disabled = isBusy));

  async function set(event) {
    event.preventDefault();
    const { pin: typed, again } = event.target.elements;
    if (!/^\d{6,}$/.test(typed.value)) return say(words.short);
    if (pin.isEasy(typed.value)) return say(words.easy);
    if (typed.value !== again.value) return say(words.differ);
    busy(true);
    say(words.works);
    try {
      await pin.keepLockPage();
    } catch {
      busy(false);
      return say(words.noNetwork);
    }
    await pin.set(typed.value);
    vault.callOthers();
    vault.leave();
  }

  async function turnOff(event) {
    event.preventDefault();
    busy(true);
    say(words.works);
    if (await pin.opens(event.target.elements.pin.value)) {
      await pin.turnOff();
      vault.callOthers();
      return vault.leave();
    }
    busy(false);
    event.target.reset();
    const seconds = Math.ceil((await pin.wait()) / 1000);
    return say(seconds ? words.wait.replace("{n}", seconds) : words.wrong);
  }

  /* Which part of it can be used; without a worker there is nothing to lock. */
  async function state() {
    if (!window.crypto?.subtle) return "untrusted";
    await outbox.worker;
    await outbox.ready;
    return vault.isOn() ? "on" : "off";
  }

  async function begin() {
    part(await state().catch(() => "untrusted")).hidden = false;
    place.hidden = false;
  }

  part("off").addEventListener("submit", set);
  part("on").querySelector("form").addEventListener("submit", turnOff);
  part("lock-now").addEventListener("click", vault.lock);
  begin();
}
