// Calls: a step is sent once however often it is tapped, a number that was shown goes again, and the list follows what
// others do while nobody has a hand in it.
"use strict";

const EVERY_MS = 10_000;
const calls = document.getElementById("calls");
history.replaceState(null, "", calls.dataset.address);

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
document.getElementById("drawer")?.focus({ preventScroll: true });

document.addEventListener("keydown", (event) => {
  const close = document.querySelector(".drawer .close");
  if (event.key === "Escape" && close && !event.target.closest("input, select, textarea")) close.click();
});

setInterval(async () => {
  const list = document.querySelector("[data-live]");
  if (document.hidden || list.contains(document.activeElement)) return;
  const answer = await fetch(calls.dataset.address).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-live]");
  if (now && !list.contains(document.activeElement)) list.replaceWith(now);
}, EVERY_MS);
