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
// Somebody is writing: shown below the last words, as the platforms' own phones do.
const writing = document.createElement("li");
writing.className = "theirs writing";
writing.textContent = "正在输入…";
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
  const item = thread.insertBefore(document.createElement("li"), writing.isConnected ? writing : null);
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

async function read(address) {
  return fetch(`${address}?to=${chat}`)
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => null);
}

async function refresh() {
  const [messages, now] = await Promise.all([read("/sandbox/messages"), read("/sandbox/typing")]);
  if (!messages) return;
  const writes = Boolean(now?.typing);
  if (!writes || messages.length > shown) writing.remove();
  for (const message of messages.reverse().slice(shown)) bubble("theirs", message.text, message.buttons);
  shown = Math.max(shown, messages.length);
  if (writes && !writing.isConnected) thread.appendChild(writing).scrollIntoView({ block: "end" });
}

document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = field.value.trim();
  if (!words) return;
  field.value = "";
  say({ text: words }, words);
});
refresh().then(() => setInterval(refresh, 800));
