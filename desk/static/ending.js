// The sheet at a conversation's end. It fills <div data-ending="CONVERSATION" data-token="TOKEN"> whenever one comes into
// the page: what it was about is empty and the summary is drafted anew each time. When the conversation has ended, the
// place hears an event "ended".
"use strict";

(() => {
  const csrf = () => document.querySelector("meta[name=csrf]").content;
  const path = (place, rest) => `/desk/conversations/${place.dataset.ending}/${rest}`;

  async function fill(place) {
    if (place.dataset.filled === place.dataset.ending) return;
    place.dataset.filled = place.dataset.ending;
    const answer = await fetch(path(place, "ending"), { headers: { "X-CSRF": csrf() } }).catch(() => null);
    if (!answer?.ok) {
      place.textContent = "没有取到会话事由，请您关上再试一次。";
      return;
    }
    const html = await answer.text();
    place.innerHTML = html;
    place.querySelector("select")?.focus();
  }

  async function send(place, rest, body) {
    if (place.dataset.busy) return;
    place.dataset.busy = "yes";
    const answer = await fetch(path(place, rest), {
      method: "POST",
      headers: { "X-CSRF": csrf(), "Content-Type": "application/json" },
      body: JSON.stringify({ ...body, token: Number(place.dataset.token) }),
    }).catch(() => null);
    delete place.dataset.busy;
    if (answer?.ok) {
      place.replaceChildren();
      place.dispatchEvent(new CustomEvent("ended", { bubbles: true }));
      return;
    }
    const found = await answer?.json().catch(() => null);
    const line = place.querySelector(".acts-told");
    line.classList.add("bad");
    line.textContent = typeof found?.detail === "string" ? found.detail : "没有连上，您写的内容还在，请您再试一次。";
  }

  document.addEventListener("submit", (event) => {
    const place = event.target.closest("[data-ending]");
    if (!place) return;
    event.preventDefault();
    const given = new FormData(event.target);
    send(place, "ending", {
      about: given.get("about"),
      summary: given.get("summary"),
      tags: given.getAll("tags"),
    });
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
})();
