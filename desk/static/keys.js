// By keyboard: with Alt everywhere, by single letters outside of text fields unless they are switched off.

import { end, putAside, takeNext } from "./acts.js";
import { aim, chosen } from "./chosen.js";
import { toggleMode } from "./composer.js";
import { move } from "./list.js";
import { lettersAreKeys } from "./notify.js";
import { $ } from "./page.js";

const hint = (number) => () => $("help").querySelectorAll(".hint kbd")[number - 1]?.parentElement.click();
const WITH_ALT = {
  ArrowUp: () => move(-1),
  ArrowDown: () => move(1),
  KeyN: toggleMode,
  KeyT: takeNext,
  KeyR: () => $("text").focus(),
  KeyS: () => ($("help").querySelector("button, summary") || $("text")).focus(),
  KeyL: () => aim()?.state === "mine" && putAside(),
  KeyE: () => aim()?.state === "mine" && end(),
  KeyH: () => $("keys").showModal(),
  Digit1: hint(1),
  Digit2: hint(2),
  Digit3: hint(3),
};
const LETTERS = {
  j: () => move(1),
  k: () => move(-1),
  r: () => chosen() && $("text").focus(),
  "?": () => $("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "k") {
    event.preventDefault();
    return $("find").click();
  }
  if (event.ctrlKey || event.metaKey) return;
  const typing = event.target.matches("input, textarea, select");
  const act = event.altKey ? WITH_ALT[event.code] : !typing && lettersAreKeys() && LETTERS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
$("text").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelector(".row.open")?.focus();
});
