/*
 * The lock page: asks for the PIN, brings over what is still in the other kind, and leads on to where the person wanted to go.
 * It is the same for everybody; whose device it is and where it leads stands behind its # (vault.js).
 */
"use strict";

{
  const place = document.getElementById("locked");
  const words = place.dataset;
  const form = place.querySelector("form");
  const button = form.querySelector("button");
  const part = (name) => place.querySelector(`[data-${name}]`);
  let clock = 0;

  const say = (text) => (part("said").textContent = text);

  function goOn() {
    const to = new URL(vault.next || words.home, location.origin);
    const isDesk = to.origin === location.origin && to.pathname.startsWith(words.desk);
    location.replace(isDesk && to.pathname !== location.pathname ? to : words.home);
  }

  async function open() {
    form.hidden = part("forgotten").hidden = true;
    try {
      await pin.keepLockPage().catch(() => {}); // a former sign-out took it away
      await pin.bringOver((n) => say(words.brings.replace("{n}", n)));
    } catch (error) {
      say(error.name === "QuotaExceededError" ? words.full : words.stuck);
      part("later").hidden = false;
      return;
    }
    goOn();
  }

  async function count() {
    clearTimeout(clock);
    const seconds = Math.ceil((await pin.wait()) / 1000);
    button.disabled = seconds > 0;
    if (seconds) {
      say(words.wait.replace("{n}", seconds));
      clock = setTimeout(count, 1000);
    } else if (clock) {
      clock = 0;
      say("");
    }
  }

  async function typed(event) {
    event.preventDefault();
    const field = form.elements.pin;
    button.disabled = true;
    say(words.trying);
    const isRight = await pin.opens(field.value);
    if (isRight) return open();
    field.value = "";
    field.focus();
    say(words.wrong);
    await count();
  }

  async function tellLeft() {
    const left = Object.entries(await deviceStore.unsent());
    const isAny = left.some(([, count]) => count > 0);
    const text = isAny ? left.reduce((said, [name, count]) => said.replace(`{${name}}`, count), words.left) : words.nothing;
    part("left").textContent = text;
    return text;
  }

  async function wipe() {
    if (!confirm(`${await tellLeft()}\n${words.sure}`)) return;
    await pin.wipe();
    form.hidden = part("forgotten").hidden = true;
    say(words.wiped);
  }

  async function begin() {
    const row = vault.user && (await seal.read(vault.user));
    if (vault.user && !seal.isOn(row)) {
      localStorage.removeItem(vault.FLAG);
      return goOn();
    }
    if (!row) return say(words.none);
    if (await vault.take()) return open();
    form.hidden = part("forgotten").hidden = false;
    form.elements.pin.focus();
    await tellLeft();
    return count();
  }

  form.addEventListener("submit", typed);
  part("wipe").addEventListener("click", wipe);
  part("later").addEventListener("click", () => {
    sessionStorage.setItem(vault.LATER, "1");
    goOn();
  });
  begin().catch(() => say(words.stuck));
}
