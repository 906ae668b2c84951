/* Ties the button of a page with a passkey to allauth's script, and says in the page what went wrong. */
"use strict";
{
  const told = document.currentScript.dataset;
  const key = told.call === "addForm" ? "add" : "authenticate";
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    document.getElementById("passkey-failed").hidden = false;
  });
  window.allauth.webauthn.forms[told.call]({
    ids: { [key]: told.button, credential: told.field, data: "js_data" },
  });
}
