// The desk's page: the server renders list and thread, this shows them as they come and sends what the agent does.
"use strict";

const $ = (id) => document.getElementById(id);
const csrf = document.querySelector("meta[name=csrf]").content;
let open = Number(location.hash.slice(1)) || null;
let token = null;
let stream = null;
let told = 0; // when the customer was last told that the agent writes
let unsent = null; // the key and text of a message whose answer has not come, so that a second try is no second message

function connect() {
  if (stream) stream.close();
  stream = new EventSource(`/desk/events${open ? `?open=${open}` : ""}`);
  stream.onopen = () => link("已连接", false);
  stream.onerror = () => link("连接中断，正在重连…", true);
  for (const list of ["queue", "mine"]) {
    stream.addEventListener(list, (event) => {
      $(list).innerHTML = JSON.parse(event.data);
      marked();
    });
  }
  stream.addEventListener("state", (event) => present(JSON.parse(event.data)));
  stream.addEventListener("thread", (event) => show(JSON.parse(event.data)));
}

// The row of the open conversation is marked here: the lists are the same for every page.
function marked() {
  for (const row of $("list").querySelectorAll("[data-open]"))
    row.classList.toggle("open", Number(row.dataset.open) === open);
}

const STATES = { ready: "示闲", busy: "示忙", away: "离开" };
function present(state) {
  $("presence").textContent = STATES[state] || "示忙";
  $("presence").dataset.state = state || "busy";
  $("presence").setAttribute("aria-pressed", String(state === "ready"));
}

function link(text, down) {
  $("link").textContent = text;
  $("link").classList.toggle("down", down);
}

function show(html) {
  $("thread").innerHTML = html;
  const head = $("thread").querySelector("[data-token]");
  token = head ? Number(head.dataset.token) : null;
  $("answer").hidden = !head || !["mine", "listening", "advising"].includes(head.dataset.state);
  $("answer").classList.toggle("listening", !!head && head.dataset.state !== "mine");
  $("answer").classList.toggle("advising", !!head && head.dataset.state === "advising");
  $("attach").hidden = !head || !("pictures" in head.dataset);
  if (head && head.dataset.state === "mine" && head.dataset.last !== lastSaid) {
    lastSaid = head.dataset.last;
    hints();
  }
  unmask();
  for (const past of $("thread").querySelectorAll("[data-past]")) past.open = read.has(past.dataset.past);
  const lines = $("thread").querySelector(".lines");
  if (lines) lines.scrollTop = lines.scrollHeight;
}

// Whole name and number, for a reason and a minute; nothing of it is kept.
let revealed = null;
function unmask() {
  if (!revealed || revealed.open !== open || Date.now() > revealed.until) return;
  for (const part of ["name", "phone"]) {
    const shown = $("thread").querySelector(`[data-${part}]`);
    if (shown) shown.textContent = revealed[part];
  }
}
$("thread").addEventListener("change", async (event) => {
  const { reveal } = event.target.dataset;
  if (!reveal || !event.target.value) return;
  const answer = await fetch(`/desk/conversations/${reveal}/reveal`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": csrf },
    body: JSON.stringify({ token, reason: event.target.value }),
  }).catch(() => null);
  event.target.value = "";
  if (!answer || !answer.ok) {
    $("error").textContent = "暂时不能查看，请您稍后再试。";
    return;
  }
  const found = await answer.json();
  revealed = { ...found, open, until: Date.now() + found.seconds * 1000 };
  unmask();
  setTimeout(() => {
    revealed = null;
    connect();
  }, found.seconds * 1000); // the stream shows it masked again
});

// The customer's other conversations: fetched when they are opened, and still open after the next refresh.
const read = new Map();
$("thread").addEventListener(
  "toggle",
  async (event) => {
    const { past } = event.target.dataset;
    if (!past) return;
    if (!event.target.open) return read.delete(past);
    if (!read.has(past)) {
      const answer = await fetch(`/desk/conversations/${open}/past/${past}`).catch(() => null);
      read.set(past, answer?.ok ? await answer.text() : '<p class="empty">没有读取成功，请您再试一次。</p>');
    }
    const shown = $("thread").querySelector(`[data-past="${past}"] div`);
    if (shown) shown.innerHTML = read.get(past);
  },
  true,
);

function choose(id) {
  read.clear();
  if (open) localStorage.setItem(`draft-${open}`, $("text").value);
  open = id;
  location.hash = id;
  lastSaid = null;
  $("help").hidden = true;
  problem("");
  restore();
  marked();
  connect();
}

// What was half written: in this browser at once, and with the server for another one.
async function restore() {
  const asked = open;
  $("text").value = localStorage.getItem(`draft-${asked}`) || "";
  if ($("text").value) return;
  const answer = await fetch(`/desk/conversations/${asked}/draft`, { headers: { "X-CSRF": csrf } }).catch(() => null);
  if (answer?.ok && open === asked && !$("text").value) $("text").value = (await answer.json()).text;
}
let keeping = null;
function keep(text) {
  localStorage.setItem(`draft-${open}`, text);
  const asked = open;
  clearTimeout(keeping);
  keeping = setTimeout(
    () =>
      fetch(`/desk/conversations/${asked}/draft`, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRF": csrf },
        body: JSON.stringify({ text }),
      }).catch(() => null),
    800,
  );
}
function written() {
  clearTimeout(keeping);
  $("text").value = "";
  localStorage.removeItem(`draft-${open}`);
}

function problem(text, refused) {
  $("error").textContent = text;
  $("appeal").hidden = !refused;
}

async function post(path, body) {
  let response;
  try {
    response = await fetch(`/desk/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF": csrf },
      body: JSON.stringify(body || {}),
    });
  } catch {
    problem("网络中断，内容已保留，请您稍后再发。");
    return false;
  }
  if (response.ok) {
    problem("");
    return true;
  }
  if (response.status === 401) {
    location.reload();
    return false;
  }
  const why = await response.json().catch(() => ({}));
  const changed = why.error === "not_owner" || why.error === "step_refused";
  problem(
    changed ? "会话状态已变化，请您查看后再操作。" : why.mend || why.detail || "操作没有成功，请您再试一次。",
    why.error === "gate_refused",
  );
  return false;
}

$("list").addEventListener("click", (event) => {
  const row = event.target.closest("[data-open]");
  if (row) choose(Number(row.dataset.open));
});

$("thread").addEventListener("click", async (event) => {
  const stuck = event.target.closest("[data-resend]");
  if (stuck) {
    stuck.disabled = true;
    await post(`messages/${stuck.dataset.resend}/resend`);
    return;
  }
  const leave = event.target.closest("[data-end-consult]");
  if (leave) {
    leave.disabled = true;
    await post(`conversations/${leave.dataset.endConsult}/consult/end`);
    return;
  }
  const over = event.target.closest("[data-take-over]");
  if (over) {
    over.disabled = true;
    await post(`conversations/${over.dataset.takeOver}/take-over`);
    return;
  }
  const button = event.target.closest("[data-take]");
  if (!button) return;
  button.disabled = true;
  await post(`conversations/${button.dataset.take}/take`);
});

$("answer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  if (!unsent || unsent.text !== text || unsent.open !== open) unsent = { key: crypto.randomUUID(), text, open };
  if (await post(`conversations/${open}/messages`, { token, key: unsent.key, text })) {
    unsent = null;
    written();
  }
});

$("text").addEventListener("input", () => {
  keep($("text").value);
  chosen = 0;
  suggest();
  judge();
  if (Date.now() - told < 3000 || !$("text").value) return;
  told = Date.now(); // the customer sees that somebody writes; nothing is said where it fails
  fetch(`/desk/conversations/${open}/typing`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": csrf },
    body: JSON.stringify({ token }),
  }).catch(() => null);
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return $("answer").requestSubmit();
  if ($("phrases").hidden) return;
  const shown = [...$("phrases").children];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length;
    for (const [number, each] of shown.entries()) each.setAttribute("aria-selected", String(number === chosen));
  }
  if (event.key === "Enter") {
    event.preventDefault();
    insert(shown[chosen].textContent);
  }
  if (event.key === "Escape") $("phrases").hidden = true;
});
$("hand-back").addEventListener("click", () => post(`conversations/${open}/hand-back`, { token }));
$("nuisance").addEventListener(
  "click",
  () =>
    confirm("请确认：对方没有业务需要，只是辱骂或骚扰。将先提醒；提醒过的结束会话；多次的暂停服务一天。") &&
    post(`conversations/${open}/nuisance`, { token }),
);
$("close").addEventListener("click", () => post(`conversations/${open}/close`, { token, about: $("about").value }));
$("presence").addEventListener("click", () =>
  post("presence", { state: $("presence").dataset.state === "ready" ? "busy" : "ready" }),
);
$("note").addEventListener("click", async () => {
  const text = $("text").value.trim();
  if (text && (await post(`conversations/${open}/notes`, { text }))) {
    written();
    keep("");
  }
});

// A picture: chosen, pasted or dropped; it is sent at once.
async function send(file) {
  if (!file || !open) return;
  if (file.size > 5 * 1024 * 1024) return problem("图片超过5MB，请您压缩或者截取后再发送。");
  const answer = await fetch(`/desk/conversations/${open}/pictures?token=${token}&key=${crypto.randomUUID()}`, {
    method: "POST",
    headers: { "X-CSRF": csrf },
    body: file,
  }).catch(() => null);
  if (!answer) return problem("网络中断，图片没有发送，请您稍后再发。");
  if (answer.ok) return problem("");
  const why = await answer.json().catch(() => ({}));
  problem(
    why.error === "not_owner" ? "会话状态已变化，请您查看后再操作。" : why.detail || "图片没有发送，请您再试一次。",
  );
}
$("file").addEventListener("change", () => {
  send($("file").files[0]);
  $("file").value = "";
});
const picture = (list) => [...list].find((each) => each.type.startsWith("image/"));
$("text").addEventListener("paste", (event) => {
  const file = picture(event.clipboardData.files);
  if (file) {
    event.preventDefault();
    send(file);
  }
});
$("answer").addEventListener("dragover", (event) => event.preventDefault());
$("answer").addEventListener("drop", (event) => {
  const file = picture(event.dataTransfer.files);
  if (file) {
    event.preventDefault();
    send(file);
  }
});

// What may be said next, and what is known of it.
let lastSaid = null;
async function hints() {
  const asked = open;
  const answer = await fetch(`/desk/conversations/${asked}/suggestions`, {
    method: "POST",
    headers: { "X-CSRF": csrf },
  }).catch(() => null);
  if (!answer || !answer.ok || open !== asked) return;
  const found = await answer.json();
  $("help").replaceChildren(
    ...found.replies.map((text) => button(text, () => insert(text))),
    ...found.articles.map((each) => article(each)),
  );
  $("help").hidden = !$("help").children.length;
  const lines = $("thread").querySelector(".lines");
  if (lines) lines.scrollTop = lines.scrollHeight; // what was shown last stays in sight
}
function button(text, press) {
  const made = Object.assign(document.createElement("button"), {
    type: "button",
    textContent: text,
    className: "hint",
  });
  made.addEventListener("click", press);
  return made;
}
function article(each) {
  const made = Object.assign(document.createElement("details"), { className: "article" });
  made.append(
    Object.assign(document.createElement("summary"), { textContent: each.title }),
    Object.assign(document.createElement("p"), { textContent: each.text }),
    Object.assign(document.createElement("p"), { textContent: `来源：${each.source}`, className: "soft" }),
    button("引用到回复", () => insert(each.text)),
  );
  return made;
}

// A refusal that the agent finds wrong.
$("appeal").addEventListener("click", async () => {
  const text = $("text").value.trim();
  const why = text && prompt("请写明申诉理由，质检人员会处理。");
  if (why && (await post(`conversations/${open}/appeals`, { text, why })))
    problem("申诉已提交，结果会显示在“我的”页面。");
});

// Advice of a colleague, beside the conversation.
async function colleagues() {
  return fetch("/desk/colleagues")
    .then((response) => response.json())
    .catch(() => []);
}
const option = (value, words) => Object.assign(document.createElement("option"), { value, textContent: words });
$("ask").addEventListener("focus", async () => {
  const found = await colleagues();
  $("ask").replaceChildren(
    option("", "请教…"),
    ...found.map((each) => option(each.id, `${each.name} · ${each.state}`)),
  );
});
$("ask").addEventListener("change", async () => {
  const to = Number($("ask").value);
  $("ask").value = "";
  const question = to && prompt("请写明要请教的问题，客户看不到。", $("text").value);
  if (question) await post(`conversations/${open}/consult`, { token, to, text: question });
});

// To a colleague who is signed in, or to whoever has a skill.
const SKILLS = { account: "业务", complaint: "投诉", repair: "报修", enterprise: "集团", english: "英语" };
$("to").addEventListener("focus", async () => {
  const found = await colleagues();
  const groups = Object.entries(SKILLS).map(([skill, words]) => option(`skill:${skill}`, `技能组 · ${words}`));
  const people = found.map((each) =>
    option(`to:${each.id}`, `${each.name} · ${each.state} · ${each.load}/${each.capacity}`),
  );
  $("to").replaceChildren(option("", "转给…"), ...people, ...groups);
});
$("to").addEventListener("change", async () => {
  const [kind, value] = $("to").value.split(":");
  $("to").value = "";
  if (kind)
    await post(`conversations/${open}/transfer`, {
      token,
      ...(kind === "to" ? { to: Number(value) } : { skill: value }),
    });
});

// Canned phrases: a text that begins with "/" looks for them, by a word or by the initials of their pinyin.
let phrases = null;
let chosen = 0;
async function suggest() {
  phrases ||= fetch("/desk/phrases")
    .then((response) => response.json())
    .catch(() => []);
  const known = await phrases;
  const asked = $("text").value; // what stands there by now: more may have been typed meanwhile
  if (!asked.startsWith("/")) {
    $("phrases").hidden = true;
    return;
  }
  const word = asked.slice(1).toLowerCase().replaceAll(/\s/g, "");
  const found = known
    .filter((each) => each.initials.includes(word) || each.text.includes(word) || each.group.includes(word))
    .slice(0, 8);
  chosen = Math.min(chosen, Math.max(found.length - 1, 0));
  $("phrases").replaceChildren(
    ...found.map((each, number) => {
      const item = Object.assign(document.createElement("div"), { textContent: each.text, className: "phrase" });
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(number === chosen));
      item.addEventListener("click", () => insert(each.text));
      return item;
    }),
  );
  $("phrases").hidden = !found.length;
}
function insert(text) {
  $("text").value = text;
  $("phrases").hidden = true;
  chosen = 0;
  keep(text);
  $("text").focus();
}

// What the gate would say, while it is being written.
let checking = null;
function judge() {
  clearTimeout(checking);
  const [text, asked] = [$("text").value, open];
  if (!text || text.startsWith("/")) return problem("");
  checking = setTimeout(async () => {
    const answer = await fetch(`/desk/conversations/${asked}/check`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF": csrf },
      body: JSON.stringify({ text }),
    }).catch(() => null);
    if (!answer || !answer.ok || $("text").value !== text || open !== asked) return;
    const { reason, warning } = await answer.json();
    problem(reason || warning, !!reason);
  }, 300);
}

// By keyboard.
const KEYS = {
  ArrowUp: () => move(-1),
  ArrowDown: () => move(1),
  KeyN: () => take(),
  KeyR: () => $("text").focus(),
  KeyS: () => ($("help").querySelector("button, summary") || $("text")).focus(),
  KeyH: () => $("keys").showModal(),
};
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !KEYS[event.code]) return;
  event.preventDefault();
  KEYS[event.code]();
});
function move(by) {
  const rows = [...$("list").querySelectorAll("[data-open]")];
  const at = rows.findIndex((row) => Number(row.dataset.open) === open);
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
  if (next) {
    choose(Number(next.dataset.open));
    next.focus();
  }
}
async function take() {
  const first = $("queue").querySelector("[data-open]");
  if (!first) return;
  const id = Number(first.dataset.open);
  choose(id);
  await post(`conversations/${id}/take`);
  $("text").focus();
}

if (open) restore();
connect();
