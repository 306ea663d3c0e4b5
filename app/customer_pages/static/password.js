// The page that sets the service password: the signed-in session, a code by SMS, the password twice.
import { $, done, forCustomers, tell } from "./page.js";

const form = $("form");

$("send").addEventListener("click", () => done("/chat/password/code", {}));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { code, password, again } = Object.fromEntries(new FormData(form));
  if (password !== again) return tell("两次输入的密码不一致，请您重新输入。", "bad");
  if (await done("/chat/password", { code, password })) form.hidden = true;
});

forCustomers("请您先返回首页登录，再设置服务密码。", () => {
  form.hidden = false;
});
