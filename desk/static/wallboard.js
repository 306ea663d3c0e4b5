// The wallboard: the server renders the figures, this shows them as they come.
"use strict";

const csrf = document.querySelector("meta[name=csrf]").content;
const stream = new EventSource("/desk/wallboard/events");
const link = document.getElementById("link");
stream.onopen = () => {
  link.textContent = "已连接";
  link.classList.remove("down");
};
stream.onerror = () => {
  link.textContent = "连接中断，正在重连…";
  link.classList.add("down");
};
stream.addEventListener("board", (event) => {
  document.getElementById("board").innerHTML = JSON.parse(event.data);
});

document.getElementById("board").addEventListener("click", async (event) => {
  const { signOut, name } = event.target.dataset;
  if (!signOut || !confirm(`签退${name}？正在处理的会话会回到排队。`)) return;
  event.target.disabled = true;
  await fetch(`/desk/wallboard/agents/${signOut}/sign-out`, { method: "POST", headers: { "X-CSRF": csrf } }).catch(
    () => null,
  );
});
