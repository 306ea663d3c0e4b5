// Says that somebody is at this page, whichever it is, and whether they do something on it: so an agent who reads or
// searches is not taken for one who has left.

import { call } from "./page.js";

const EVERY_MS = 20_000;
const SOON_MS = 3_000;
let worked = true;
let said = -EVERY_MS;

async function say() {
  const now = worked;
  worked = false;
  said = performance.now();
  const answer = await call("POST", "here", { worked: now }, { stays: true, keepalive: true });
  if (!answer.status) worked ||= now; // it is said the next time
}

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
