// The page that sets the service password: the signed-in session, a code by SMS, the password twice.
"use strict";

const told = document.getElementById("told");
const form = document.getElementById("form");
let csrf = "";

async function post(path, body) {
  const answer = await fetch(`/chat/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": csrf },
    body: JSON.stringify(body || {}),
  });
  const said = await answer.json();
  return {
    ok: answer.ok,
    said,
    text: said.message || (typeof said.detail === "string" ? said.detail : "请您核对后再试。"),
  };
}

document.getElementById("send").addEventListener("click", async () => {
  told.textContent = (await post("password/code")).text;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { code, password, again } = Object.fromEntries(new FormData(form));
  if (password !== again) {
    told.textContent = "两次输入的密码不一致，请您重新输入。";
    return;
  }
  const { ok, text } = await post("password", { code, password });
  told.textContent = text;
  if (ok) form.hidden = true;
});

post("session").then(({ said }) => {
  csrf = said.csrf;
  form.hidden = !said.signed_in;
  told.textContent = said.signed_in ? `您已登录：${said.signed_in}` : "请您先返回首页登录，再设置服务密码。";
});
