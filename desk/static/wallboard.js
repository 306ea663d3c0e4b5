// The wallboard: the server renders the figures, this shows them as they come, and gives what waits to somebody.
"use strict";

const csrf = document.querySelector("meta[name=csrf]").content;
const board = document.getElementById("board");
const told = document.getElementById("told");
const link = document.getElementById("link");
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

const post = (path, body) =>
  fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": csrf },
    body: JSON.stringify(body ?? {}),
  }).catch(() => null);

board.addEventListener("change", async (event) => {
  const { assign, token } = event.target.dataset;
  if (!assign || !event.target.value) return;
  const name = event.target.selectedOptions[0].textContent.split(" ")[0];
  event.target.disabled = true;
  const answer = await post(`/desk/conversations/${assign}/transfer`, {
    token: Number(token),
    to: Number(event.target.value),
  });
  const why = answer && !answer.ok ? await answer.json().catch(() => ({})) : {};
  const failed = why.error === "no_room" ? why.mend : why.detail || "没有指派成功：会话已经变化，请您再看一次。";
  told.textContent = answer?.ok ? `会话 ${assign} 已指派给${name}。` : failed;
  event.target.blur();
});

board.addEventListener("click", async (event) => {
  const { signOut, name } = event.target.dataset;
  if (!signOut || !confirm(`签退${name}？正在处理的会话会回到排队。`)) return;
  event.target.disabled = true;
  await post(`/desk/wallboard/agents/${signOut}/sign-out`);
});
