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
  stream = new EventSource("/desk/events" + (open ? "?open=" + open : ""));
  stream.onopen = () => link("已连接", false);
  stream.onerror = () => link("连接中断，正在重连…", true);
  stream.addEventListener("list", (event) => { $("list").innerHTML = JSON.parse(event.data); });
  stream.addEventListener("thread", (event) => show(JSON.parse(event.data)));
}

function link(text, down) {
  $("link").textContent = text;
  $("link").classList.toggle("down", down);
}

function show(html) {
  $("thread").innerHTML = html;
  const head = $("thread").querySelector("[data-token]");
  token = head ? Number(head.dataset.token) : null;
  $("answer").hidden = !head || head.dataset.state !== "mine";
  for (const past of $("thread").querySelectorAll("[data-past]")) past.open = read.has(past.dataset.past);
  const lines = $("thread").querySelector(".lines");
  if (lines) lines.scrollTop = lines.scrollHeight;
}

// The customer's other conversations: fetched when they are opened, and still open after the next refresh.
const read = new Map();
$("thread").addEventListener("toggle", async (event) => {
  const { past } = event.target.dataset;
  if (!past) return;
  if (!event.target.open) return read.delete(past);
  if (!read.has(past)) {
    const answer = await fetch("/desk/conversations/" + open + "/past/" + past).catch(() => null);
    read.set(past, answer && answer.ok ? await answer.text() : '<p class="empty">没有读取成功，请您再试一次。</p>');
  }
  const shown = $("thread").querySelector(`[data-past="${past}"] div`);
  if (shown) shown.innerHTML = read.get(past);
}, true);

function choose(id) {
  read.clear();
  if (open) localStorage.setItem("draft-" + open, $("text").value);
  open = id;
  location.hash = id;
  $("text").value = localStorage.getItem("draft-" + id) || "";
  $("error").textContent = "";
  connect();
}

async function post(path, body) {
  let response;
  try {
    response = await fetch("/desk/" + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF": csrf },
      body: JSON.stringify(body || {}),
    });
  } catch {
    $("error").textContent = "网络中断，内容已保留，请您稍后再发。";
    return false;
  }
  if (response.ok) { $("error").textContent = ""; return true; }
  if (response.status === 401) { location.reload(); return false; }
  const problem = await response.json().catch(() => ({}));
  const refused = problem.error === "not_owner" || problem.error === "step_refused";
  $("error").textContent = refused ? "会话状态已变化，请您查看后再操作。" : problem.mend || problem.detail || "操作没有成功，请您再试一次。";
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
    await post("messages/" + stuck.dataset.resend + "/resend");
    return;
  }
  const button = event.target.closest("[data-take]");
  if (!button) return;
  button.disabled = true;
  await post("conversations/" + button.dataset.take + "/take");
});

$("answer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  if (!unsent || unsent.text !== text || unsent.open !== open) unsent = { key: crypto.randomUUID(), text, open };
  if (await post("conversations/" + open + "/messages", { token, key: unsent.key, text })) {
    unsent = null;
    $("text").value = "";
    localStorage.removeItem("draft-" + open);
  }
});

$("text").addEventListener("input", () => {
  localStorage.setItem("draft-" + open, $("text").value);
  if (Date.now() - told < 3000 || !$("text").value) return;
  told = Date.now(); // the customer sees that somebody writes; nothing is said where it fails
  fetch("/desk/conversations/" + open + "/typing", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF": csrf }, body: JSON.stringify({ token }) }).catch(() => null);
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("answer").requestSubmit();
});
$("hand-back").addEventListener("click", () => post("conversations/" + open + "/hand-back", { token }));
$("close").addEventListener("click", () => post("conversations/" + open + "/close", { token }));
$("logout").addEventListener("click", async () => { await post("logout"); location.reload(); });

if (open) $("text").value = localStorage.getItem("draft-" + open) || "";
connect();
