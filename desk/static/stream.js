// The stream of events, and whether it lives: it beats every few seconds, and after ten without it the line is down.

import { chosen, onChoose } from "./chosen.js";
import { $ } from "./page.js";
import { serverTime } from "./timer.js";

const SILENCE = 10_000;
const handlers = {};
const alive = [];
let source = null;
let heard = Date.now();
let down = false;

export const on = (event, tell) => {
  handlers[event] = tell;
};
// Call `tell` whenever the line shows that it lives: with each beat.
export const onBeat = (tell) => alive.push(tell);
export const isDown = () => down;

export function connect() {
  source?.close();
  const asked = chosen();
  const mine = new EventSource(`/desk/events${asked ? `?open=${asked}` : ""}`);
  source = mine;
  const lives = () => {
    heard = Date.now();
    say(false);
  };
  mine.onopen = lives;
  mine.onerror = () => {
    if (source === mine) say(true);
  };
  mine.addEventListener("beat", (event) => {
    if (source !== mine) return;
    lives();
    serverTime(Number(event.data));
    for (const tell of alive) tell();
  });
  for (const name of Object.keys(handlers))
    mine.addEventListener(name, (event) => {
      if (source !== mine) return; // of the conversation before
      lives();
      handlers[name](JSON.parse(event.data));
    });
}

function say(isGone) {
  down = isGone;
  $("link").textContent = down ? "连接中断，正在重连…" : "已连接";
  $("link").classList.toggle("down", down);
  $("down").hidden = !down;
  if (down) {
    const seconds = Math.round((Date.now() - heard) / 1000);
    $("down").textContent = `连接断了 ${seconds} 秒，正在重连；您写的字都在，连上后才能发送。`;
  }
}

setInterval(() => {
  if (Date.now() - heard <= SILENCE) return down && say(true);
  say(true);
  if (source?.readyState === EventSource.CLOSED) connect(); // refused: the browser would not try again
}, 1000);

// A silent stream is not closed by the browser itself: begin it anew, with patience.
setInterval(() => {
  if (Date.now() - heard > SILENCE) connect();
}, 15_000);

onChoose(connect);
