// The wallboard: the server renders the figures, this shows them as they come, and gives what waits to somebody.

import { $, call, why } from "./page.js";
import { sure } from "./sure.js";

const board = $("board");
const told = $("told");
const link = $("link");
const stream = new EventSource(`/desk/wallboard/events${location.search}`);
stream.onopen = () => {
  link.textContent = "已连接";
  link.classList.remove("down");
};
stream.onerror = () => {
  link.textContent = "连接中断，正在重连…";
  link.classList.add("down");
};
let html = null;
// What somebody is choosing from stays under their hand.
const choosing = () => board.contains(document.activeElement) && document.activeElement.matches("select");
const show = () => {
  if (html === null || choosing()) return;
  board.innerHTML = html;
  html = null;
};
stream.addEventListener("board", (event) => {
  html = JSON.parse(event.data);
  show();
});
board.addEventListener("focusout", () => setTimeout(show));

board.addEventListener("change", async (event) => {
  const { assign, token } = event.target.dataset;
  if (!assign || !event.target.value) return;
  const name = event.target.selectedOptions[0].textContent.split(" ")[0];
  event.target.disabled = true;
  const body = { token: Number(token), to: Number(event.target.value) };
  const answer = await call("POST", `conversations/${assign}/transfer`, body);
  told.textContent = answer.ok ? `会话 ${assign} 已指派给${name}。` : why(answer);
  event.target.blur();
});

board.addEventListener("click", async (event) => {
  const { signOut, name } = event.target.dataset;
  if (!signOut || !(await sure(`签退${name}？`, "正在处理的会话会回到排队。", "签退", true))) return;
  const answer = await call("POST", `wallboard/agents/${signOut}/sign-out`);
  told.textContent = answer.ok ? `已签退${name}。` : why(answer);
});
