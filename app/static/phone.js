"use strict";

// A phone of the sandbox: what its owner says goes to the platform's far end, which calls the webhook.
const thread = document.getElementById("thread");
const field = document.getElementById("text");
const phone = new URLSearchParams(location.search).get("sms");
const chat = phone || localStorage.getItem("sandbox-telegram") || String(100000 + Math.floor(Math.random() * 900000));
if (!phone) localStorage.setItem("sandbox-telegram", chat);
let shown = 0;
if (phone) {
  document.querySelector("header strong").textContent = "客服短信";
  document.querySelector("header span").textContent = `沙箱 · ${phone} 的短信`;
  document.title = "沙箱 · 短信";
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
  const answer = await fetch(phone ? "/sandbox/sms/say" : "/sandbox/telegram/say", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(phone ? { phone, id: crypto.randomUUID(), ...what } : { chat: Number(chat), ...what }),
  }).catch(() => null);
  if (!answer || !answer.ok) bubble("hint", "没有发送成功，请您再试一次。");
}

async function refresh() {
  const messages = await fetch(`/sandbox/messages?to=${chat}`).then((response) => response.json()).catch(() => null);
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
