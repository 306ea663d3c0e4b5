"use strict";

// A phone of the sandbox: what its owner says goes to the platform's far end, which calls the webhook.
const thread = document.getElementById("thread");
const field = document.getElementById("text");
const asked = new URLSearchParams(location.search);
const KINDS = {
  sms: { name: "短信", title: "客服短信", to: "/sandbox/sms/say" },
  wechat: { name: "微信", title: "移动客服公众号", to: "/sandbox/wechat/say" },
  telegram: { name: "Telegram", title: "移动客服机器人", to: "/sandbox/telegram/say" },
};
const kind = asked.has("sms") ? "sms" : asked.has("wechat") ? "wechat" : "telegram";
const chat = kind === "sms" ? asked.get("sms") : account();
let shown = 0;
document.querySelector("header strong").textContent = KINDS[kind].title;
document.querySelector("header span").textContent = `沙箱 · ${kind === "sms" ? `${chat} 的短信` : KINDS[kind].name}`;
document.querySelector(".hint").firstChild.textContent =
  `这里模拟一部手机上的${KINDS[kind].name}，不连外网。验证码短信请在`;
document.title = `沙箱 · ${KINDS[kind].name}`;
document.body.className = kind;

// Who one is on this phone, kept in this browser.
function account() {
  const kept = localStorage.getItem(`sandbox-${kind}`);
  if (kept) return kept;
  const number = 100000 + Math.floor(Math.random() * 900000);
  const made = kind === "wechat" ? `o-demo-${number}` : String(number);
  localStorage.setItem(`sandbox-${kind}`, made);
  return made;
}

function sent(what) {
  if (kind === "sms") return { phone: chat, id: crypto.randomUUID(), ...what };
  return kind === "wechat" ? { openid: chat, ...what } : { chat: Number(chat), ...what };
}

function bubble(kind, text, buttons = []) {
  const item = thread.appendChild(document.createElement("li"));
  item.className = kind;
  item.append(text);
  for (const choice of buttons) {
    const button = item.appendChild(document.createElement("button"));
    button.textContent = choice.title;
    button.addEventListener("click", () => say({ pressed: choice.payload }, choice.title));
  }
  item.scrollIntoView({ block: "end" });
}

async function say(what, words) {
  bubble("own", words);
  const answer = await fetch(KINDS[kind].to, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(sent(what)),
  }).catch(() => null);
  if (!answer || !answer.ok) bubble("hint", "没有发送成功，请您再试一次。");
}

async function refresh() {
  const messages = await fetch(`/sandbox/messages?to=${chat}`)
    .then((response) => response.json())
    .catch(() => null);
  if (!messages) return;
  for (const message of messages.reverse().slice(shown)) bubble("theirs", message.text, message.buttons);
  shown = Math.max(shown, messages.length);
}

document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = field.value.trim();
  if (!words) return;
  field.value = "";
  say({ text: words }, words);
});
refresh().then(() => setInterval(refresh, 800));
