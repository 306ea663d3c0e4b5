// Says that somebody is at this page, whichever it is, and whether they do something on it: so an agent who reads or
// searches is not taken for one who has left.
"use strict";

{
  const EVERY_MS = 20_000;
  const SOON_MS = 3_000;
  const token = document.querySelector("meta[name=csrf]").content;
  let worked = true;
  let said = -EVERY_MS;

  const say = () => {
    const body = JSON.stringify({ worked });
    worked = false;
    said = performance.now();
    fetch("/desk/here", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF": token },
      body,
      keepalive: true,
    }).catch(() => {
      worked = true;
    });
  };

  const act = () => {
    if (worked) return;
    worked = true;
    if (performance.now() - said > SOON_MS) say();
  };

  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) {
    addEventListener(kind, act, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) say();
  });
  setInterval(say, EVERY_MS);
  say();
}
