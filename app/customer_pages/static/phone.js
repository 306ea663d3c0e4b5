// A phone of the sandbox: what its owner says goes to the platform's far end, which calls the webhook.
import { Messages } from "./sandbox_messages.js";

const thread = document.getElementById("thread");
const field = document.getElementById("text");
const asked = new URLSearchParams(location.search);
const { brand } = document.body.dataset;
const KINDS = {
  sms: { name: "短信", title: `${brand}短信`, to: "/sandbox/sms/say" },
  wechat: { name: "微信", title: `${brand}公众号`, to: "/sandbox/wechat/say" },
  telegram: { name: "Telegram", title: `${brand}机器人`, to: "/sandbox/telegram/say" },
};
const kind = asked.has("sms") ? "sms" : asked.has("wechat") ? "wechat" : "telegram";
const chat = kind === "sms" ? asked.get("sms") : account();
const messages = new Messages(chat);
// Somebody is writing: shown below the last words, as the platforms' own phones do.
const writing = document.createElement("li");
writing.className = "theirs writing";
writing.textContent = "正在输入…";
document.querySelector("header h1").textContent = KINDS[kind].title;
document.querySelector("header span").textContent = `沙箱 · ${kind === "sms" ? `${chat} 的短信` : KINDS[kind].name}`;
const hint = document.querySelector(".hint");
hint.firstChild.textContent = `这里模拟一部手机上的${KINDS[kind].name}，不连外网。`;
document.title = `沙箱 · ${KINDS[kind].title}`;
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
  const item = document.createElement("li");
  item.className = kind;
  item.append(text);
  for (const choice of buttons) {
    const button = item.appendChild(document.createElement("button"));
    button.type = "button";
    button.textContent = choice.title;
    button.addEventListener("click", () => say({ pressed: choice.payload }, choice.title));
  }
  return item;
}

// Show what is newest, below everything; who reads back is not torn away, unless it is their own.
function append(...items) {
  const follows = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  if (writing.isConnected) writing.before(...items);
  else thread.append(...items);
  if (follows || items.at(-1).className === "own") thread.scrollTo(0, thread.scrollHeight);
}

async function say(what, words) {
  append(bubble("own", words));
  const answer = await fetch(KINDS[kind].to, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(sent(what)),
  }).catch(() => null);
  if (!answer?.ok) append(bubble("hint", "没有发送成功，请您再试一次。"));
}

const theirs = (message) => bubble("theirs", message.text, message.buttons);

async function refresh() {
  const now = fetch(`/sandbox/typing?to=${chat}`)
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => null);
  const fresh = await messages.fresh();
  const writes = Boolean((await now)?.typing);
  if (!writes || fresh.length) writing.remove();
  if (fresh.length) append(...fresh.map(theirs));
  if (writes && !writing.isConnected) append(writing);
}

// Earlier messages come when one scrolls to the top; what is read stays where it is.
let fetching = false;
thread.addEventListener("scroll", async () => {
  if (fetching || thread.scrollTop > 80 || !messages.more) return;
  fetching = true;
  const found = await messages.earlier();
  const below = thread.scrollHeight - thread.scrollTop;
  hint.after(...found.map(theirs));
  thread.scrollTop = thread.scrollHeight - below;
  fetching = false;
});

document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = field.value.trim();
  if (!words) return;
  field.value = "";
  say({ text: words }, words);
});
refresh().then(() => setInterval(refresh, 800));
