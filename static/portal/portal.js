/* What a page gains with JavaScript; every page works without it. */
"use strict";

// A form that came back with errors: the reader starts at the summary, by keyboard and by screen reader.
document.querySelector("[data-focus]")?.focus();
