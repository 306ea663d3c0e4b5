// The engineer's page: a step is sent once however often it is tapped, and a number that was shown goes again.
"use strict";

document.addEventListener("submit", (event) => {
  if (!event.target.closest("main")) return;
  if (event.target.dataset.busy) event.preventDefault();
  event.target.dataset.busy = "yes";
});
// A page that the browser shows again from its memory may be used again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-busy]")) delete form.dataset.busy;
});
const number = document.querySelector("[data-hide]");
if (number) setTimeout(() => number.remove(), number.dataset.hide * 1000);
history.replaceState(null, "", "/field");
