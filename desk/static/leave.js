// Signing out: asks once where conversations are open, and takes what was half written out of this browser.

import { forgetAll } from "./drafts.js";
import { sure } from "./sure.js";

const form = document.getElementById("leave");
form.addEventListener("submit", async (event) => {
  const owned = Number(document.body.dataset.owned);
  if (!owned) return forgetAll();
  event.preventDefault();
  const words = `您还有 ${owned} 个会话没有结束，退出后会回到排队，由其他同事接待；没发出的草稿会删除。`;
  if (!(await sure("现在退出工作台？", words, "退出", true))) return;
  forgetAll();
  form.submit();
});
