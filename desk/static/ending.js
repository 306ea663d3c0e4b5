// The sheet at a conversation's end. It fills <div data-ending="CONVERSATION" data-token="TOKEN" data-last="LINE">
// whenever one comes into the page: what it was about is empty and the summary is drafted anew each time. When the
// conversation has ended, the place hears an event "ended".

import { aim } from "./chosen.js";
import { call, why } from "./page.js";

const path = (place, rest) => `conversations/${place.dataset.ending}/${rest}`;

async function fill(place) {
  if (place.dataset.filled === place.dataset.ending) return;
  place.dataset.filled = place.dataset.ending;
  const answer = await call("GET", path(place, "ending"));
  if (!answer.ok) {
    place.textContent = "没有取到会话事由，请您关上再试一次。";
    return;
  }
  place.innerHTML = answer.body;
  place.querySelector("select")?.focus();
}

async function send(place, rest, given) {
  if (place.dataset.busy) return;
  place.dataset.busy = "yes";
  const { token, last } = place.dataset;
  const answer = await call("POST", path(place, rest), { ...given, token: Number(token), last: Number(last) });
  delete place.dataset.busy;
  if (answer.ok) {
    place.replaceChildren();
    place.dispatchEvent(new CustomEvent("ended", { bubbles: true }));
    return;
  }
  // Told that the customer has written meanwhile, the agent ends it knowingly or not at all.
  if (answer.status === 409) place.dataset.last = aim()?.last ?? last;
  const line = place.querySelector(".acts-told");
  line.classList.add("bad");
  line.textContent = why(answer);
}

document.addEventListener("submit", (event) => {
  const place = event.target.closest("[data-ending]");
  if (!place) return;
  event.preventDefault();
  const given = new FormData(event.target);
  send(place, "ending", { about: given.get("about"), summary: given.get("summary"), tags: given.getAll("tags") });
});

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-ending]");
  const name = event.target.dataset.macro;
  if (!place || !name) return;
  place.dataset.key ??= crypto.randomUUID();
  send(place, "macro", { name, key: place.dataset.key });
});

const look = () => {
  for (const place of document.querySelectorAll("[data-ending]")) fill(place);
};
new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
look();
