// The chat itself. Everything it shows it has read from the customer's mailbox, from the last letter that it saw on:
// after a reload or a lost connection nothing is missed and nothing comes twice.
import { Account } from "./chat_account.js";
import { element, Lines } from "./chat_lines.js";
import { MARKUP } from "./chat_markup.js";
import { Outgoing } from "./chat_outgoing.js";
import { Quick } from "./chat_quick.js";

const OWNERS = {
  bot: "智能客服为您服务",
  queue: "正在为您转接人工，请稍等",
  agent: "人工客服为您服务",
  nobody: "智能客服为您服务",
};
const FIRST = ["查话费", "查流量", "查账单", "宽带报修", "转人工"];
const MOST_BYTES = 10 * 1024 * 1024;

const framed = window.parent !== window;
const host = document.body.appendChild(element("div", { id: "kefu-chat" }));
host.classList.toggle("framed", framed);
const root = host.attachShadow({ mode: "open" });
root.innerHTML = MARKUP;
const $ = (selector) => root.querySelector(selector);
let session = null;
let last = 0;
let stream = null;
let ready = false;
let owner = "bot";
let agent = "";
let again = null;

// A browser may keep nothing for a frame: then it is kept as long as the page stands.
const kept = {};
const remember = (name, value) => {
  kept[name] = value;
  try {
    localStorage.setItem(`kefu-${name}`, value);
  } catch {
    /* kept above */
  }
};
const remembered = (name) => {
  try {
    return localStorage.getItem(`kefu-${name}`);
  } catch {
    return kept[name];
  }
};

async function call(path, body) {
  const response = await fetch(`/chat/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(session ? { "X-CSRF": session.csrf } : {}) },
    body: JSON.stringify(body || {}),
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const detail = typeof answer.detail === "string" ? answer.detail : "";
  throw Object.assign(new Error(detail || answer.mend || "请您稍后再试。"), { status: response.status });
}

const lines = new Lines($(".lines"), (key) =>
  pictures.has(key) ? sendPicture(pictures.get(key), key) : outgoing.again(key),
);
const quick = new Quick($(".quick"), say);
const account = new Account(root, call, async (now, left) => {
  session = now;
  if (left) {
    lines.clear();
    last = 0;
    welcome();
  }
  connect();
});
const outgoing = new Outgoing({
  kept: { read: () => remembered("waiting"), write: (text) => remember("waiting", text) },
  deliver: async ({ id, text }) => {
    await call("messages", { id, text });
    if (owner === "bot") dots("智能客服正在输入", 20000);
  },
  renew: begin,
  mark: (...given) => lines.mark(...given),
});

function connect() {
  if (stream) stream.close();
  stream = new EventSource(`/chat/events?after=${last}`);
  stream.addEventListener("message", (event) => show(JSON.parse(event.data)));
  stream.addEventListener("owner", (event) => {
    ({ owner, agent = "" } = JSON.parse(event.data));
    quick.served(owner);
    state();
  });
  stream.addEventListener("typing", () => dots(`${agent || "人工客服"}正在输入`, 6000));
  stream.onopen = () => {
    state();
    outgoing.flush(Boolean(session));
  };
  stream.onerror = () => {
    state("连接中断，正在重连…");
    // The browser tries again by itself, but not after an answer that is no stream: a proxy's, an ended session's.
    if (stream.readyState === EventSource.CLOSED) {
      clearTimeout(again);
      again = setTimeout(start, 2000);
    }
  };
}

function state(text) {
  const who = owner === "agent" && agent ? `${agent}为您服务` : OWNERS[owner];
  const well = !text && (ready || owner !== "bot");
  $(".state").textContent = text || (well ? who : "服务正在启动，您的消息会在启动后马上答复");
  $(".state").classList.toggle("well", well);
}

// Somebody is writing: until the next line comes, or for so many milliseconds.
let still = null;
function dots(words, milliseconds) {
  clearTimeout(still);
  $(".writing").textContent = words;
  $(".writing").classList.toggle("on", !!words);
  if (words) still = setTimeout(() => dots(""), milliseconds);
}

async function poll() {
  ready = await fetch("/healthz")
    .then((response) => response.ok)
    .catch(() => false);
  state();
  setTimeout(poll, ready ? 30000 : 1500);
}

function show(letter) {
  last = Math.max(last, letter.id);
  if (!lines.add(letter)) return;
  if (letter.author !== "customer") {
    dots("");
    unread(1);
  }
  quick.heard(letter);
  if (letter.custom?.sign_in) account.ask();
}

// The newest line stays in sight unless the customer reads back: then a button says how many came.
const log = $(".log");
let following = true;
let missed = 0;
function unread(more) {
  missed = following ? 0 : missed + more;
  $(".newer").hidden = !missed;
  $(".newer").textContent = `${missed} 条新消息`;
}
function toEnd() {
  following = true;
  unread(0);
  log.scrollTo(0, log.scrollHeight);
}
// Only a move upwards is the reader's wish to stay: while lines come in, the end is further away for a moment.
let height = 0;
log.addEventListener("scroll", () => {
  if (log.scrollHeight - log.scrollTop - log.clientHeight < 48) following = true;
  else if (log.scrollTop < height) following = false;
  height = log.scrollTop;
  if (following) unread(0);
});
$(".newer").addEventListener("click", toEnd);
const grown = new ResizeObserver(() => {
  if (following) log.scrollTo(0, log.scrollHeight);
});
grown.observe(log);
grown.observe($(".content"));

function welcome() {
  lines.greet("您好，请问有什么可以帮您？");
  quick.offer(FIRST.map((title) => ({ title, payload: title })));
}

function say(text) {
  const { id } = outgoing.add(text);
  lines.add({ author: "customer", key: id, text });
  quick.heard({ author: "customer", text });
  toEnd();
  outgoing.flush(Boolean(session));
}

async function begin() {
  session = await call(`session${framed ? "?framed=true" : ""}`);
  $(".brand").textContent = session.brand;
  account.show(session);
}

$(".write").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("textarea").value.trim();
  if (!text) return;
  $("textarea").value = "";
  say(text);
});

// Pictures that did not go out, as long as the page stands: they are not kept in the browser.
const pictures = new Map();
async function sendPicture(file, id = crypto.randomUUID()) {
  lines.add({ author: "customer", key: id, text: "［图片］" });
  lines.mark(id, "sending");
  toEnd();
  const why = file.size > MOST_BYTES ? "图片超过10MB，请您压缩或者截取后再发送" : await refusal(file, id);
  if (why) {
    pictures.set(id, file);
    lines.mark(id, "failed", `没有发出：${why}`);
  } else {
    pictures.delete(id);
    lines.mark(id, "sent");
  }
}
async function refusal(file, id) {
  const headers = { "X-CSRF": session.csrf };
  const sent = await fetch(`/chat/pictures?id=${id}`, { method: "POST", headers, body: file }).catch(() => null);
  if (sent?.ok) return "";
  const { detail } = sent ? await sent.json().catch(() => ({})) : {};
  return typeof detail === "string" ? detail : "网络不通";
}
$(".file").addEventListener("change", () => {
  const [file] = $(".file").files;
  if (file && session) sendPicture(file);
  $(".file").value = "";
});
$("textarea").addEventListener("paste", (event) => {
  const file = [...event.clipboardData.files].find((each) => each.type.startsWith("image/"));
  if (file && session) {
    event.preventDefault();
    sendPicture(file);
  }
});

let told = 0; // when the agent was last told that the customer is writing
$("textarea").addEventListener("input", () => {
  if (owner !== "agent" || Date.now() - told < 3000 || !$("textarea").value) return;
  told = Date.now();
  call("typing").catch(() => null);
});
$("textarea").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $(".write").requestSubmit();
  }
});

function toggle(open) {
  $(".panel").hidden = !open;
  $(".open").hidden = open;
  $(".open").setAttribute("aria-expanded", String(open));
  remember("open", open ? "1" : "");
  document.dispatchEvent(new CustomEvent("kefu-open", { detail: open }));
  if (open) $("textarea").focus();
}
function shut() {
  toggle(false);
  $(".open").focus();
}
$(".open").addEventListener("click", () => toggle(true));
$(".shut").addEventListener("click", shut);
root.addEventListener("keydown", (event) => {
  if (event.key === "Escape") shut();
});
// What is pressed on the page (home.js) is said here.
export function ask(text) {
  toggle(true);
  say(text);
}

// Large type is a mark on the page's root (large.js); a page that does not know it has no such button.
const page = document.documentElement;
const large = () => $(".larger").setAttribute("aria-pressed", String(page.classList.contains("large")));
$(".larger").hidden = !document.querySelector('script[src="/static/large.js"]');
$(".larger").addEventListener("click", () => page.classList.toggle("large"));
new MutationObserver(large).observe(page, { attributeFilter: ["class"] });

async function start() {
  try {
    await begin();
  } catch {
    state("暂时连接不上，正在重试…");
    again = setTimeout(start, 2000);
    return;
  }
  connect();
}

large();
welcome();
for (const { id, text } of outgoing.waiting) lines.add({ author: "customer", key: id, text });
toggle(remembered("open") === "1" || location.hash === "#sign-in");
if (location.hash === "#sign-in") account.ask();
start();
poll();
