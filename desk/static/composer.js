// Where the agent writes: to the customer or, in another colour, beside the conversation. It is closed until thread and
// token of the chosen conversation are there; what is sent goes where it was aimed when it was sent.

import { aim, chosen, onChoose } from "./chosen.js";
import { draftOf, keepDraft } from "./drafts.js";
import { $, call, why } from "./page.js";
import { isDown, onBeat } from "./stream.js";
import { onShow } from "./thread.js";

const LONGEST = { reply: 5000, note: 2000 };
const ANSWERED = ["mine", "listening", "advising"];
const changed = [];
const keys = new Map(); // by conversation: key and text of what was not answered yet: a second try is no second message
let mode = "reply";
let openFor = null;
let own = false; // whether the open conversation is one's own, and can be answered
let told = 0; // when the customer was last told that the agent writes
let held = null; // what waits for the line
let keeping = null;

// Call `tell(text)` when what stands in the field has changed.
export const onText = (tell) => changed.push(tell);
export const writing = () => mode;

export function problem(text, refused = false) {
  $("error").textContent = text;
  $("appeal").hidden = !refused;
  $("answer").classList.toggle("refused", refused);
  name();
}

function name() {
  const refused = $("answer").classList.contains("refused");
  $("send").textContent = mode === "note" ? "记备注" : refused ? "改好才能发送" : "发送";
}

onChoose(() => {
  clearTimeout(keeping);
  openFor = null;
  $("answer").hidden = true;
  $("text").value = "";
  $("text").disabled = true;
  setMode("reply");
  problem("");
});

onShow((thread) => {
  const open = thread && ANSWERED.includes(thread.state);
  if (!open) {
    openFor = null;
    $("answer").hidden = true;
    $("text").disabled = true;
    return;
  }
  $("attach").hidden = !thread.pictures;
  $("reply").hidden = thread.state !== "mine";
  const before = own;
  own = thread.state === "mine";
  // Who has just taken it over answers from now on, unless a note is half written.
  if (openFor === chosen() && (before === own || $("text").value)) return;
  openFor = chosen();
  $("answer").hidden = false;
  $("text").disabled = false;
  $("to-whom").dataset.channel = thread.channel;
  setMode(own ? "reply" : "note");
  restore();
});

// Reply and note have each their own draft.
export function setMode(next) {
  mode = next;
  const note = mode === "note";
  $("answer").classList.toggle("noting", note);
  $("note").setAttribute("aria-pressed", String(note));
  $("reply").setAttribute("aria-pressed", String(!note));
  $("text").maxLength = LONGEST[mode];
  $("text").placeholder = note ? "写给同事看，客户看不到" : "输入回复，/ 找常用语，# 找知识";
  $("text-name").textContent = note ? "备注内容" : "回复内容";
  const { agent } = document.body.dataset;
  $("to-whom").textContent = note
    ? "客户看不到 · 号码保存时自动隐藏"
    : `以“${agent}”发到 ${$("to-whom").dataset.channel || ""}`;
  name();
}
export function toggleMode() {
  if (!aim() || $("reply").hidden || $("answer").hidden) return;
  setMode(mode === "note" ? "reply" : "note");
  problem("");
  put(draftOf(chosen(), mode));
  $("text").focus();
}
$("note").addEventListener("click", () => mode === "note" || toggleMode());
$("reply").addEventListener("click", () => mode === "reply" || toggleMode());

// What was half written: in this browser at once, and a reply with the server too, for another one.
async function restore() {
  const [asked, as] = [chosen(), mode];
  put(draftOf(asked, as));
  if ($("text").value || as === "note") return;
  const answer = await call("GET", `conversations/${asked}/draft`);
  if (answer.ok && chosen() === asked && mode === as && !$("text").value) put(answer.body.text);
}

function put(text) {
  $("text").value = text;
  grow();
  for (const tell of changed) tell(text);
}

// Put text where one writes; it is kept as if it were typed.
export function write(text) {
  put(text);
  keep();
  $("text").focus();
}

function keep() {
  const [asked, text] = [chosen(), $("text").value];
  keepDraft(asked, mode, text);
  clearTimeout(keeping);
  if (mode === "reply") keeping = setTimeout(() => call("PUT", `conversations/${asked}/draft`, { text }), 800);
}

function grow() {
  $("text").style.height = "auto";
  $("text").style.height = `${Math.min($("text").scrollHeight, 168)}px`;
  $("length").textContent = `${$("text").value.length} / ${LONGEST[mode]}`;
}

$("text").addEventListener("input", () => {
  keep();
  grow();
  if (held?.to.id === chosen()) {
    held = null; // what is being changed does not go out by itself
    problem("");
  }
  for (const tell of changed) tell($("text").value);
  const to = aim();
  if (mode === "note" || !to || Date.now() - told < 3000 || !$("text").value) return;
  told = Date.now(); // the customer sees that somebody writes; nothing is said where it fails
  call("POST", `conversations/${to.id}/typing`, { token: to.token });
});

$("answer").addEventListener("submit", (event) => {
  event.preventDefault();
  const to = aim();
  const text = $("text").value.trim();
  if (to && text) deliver({ to, text, as: mode });
});

async function deliver({ to, text, as }) {
  let once = keys.get(to.id);
  if (once?.text !== text) once = { text, key: crypto.randomUUID() };
  keys.set(to.id, once);
  if (isDown()) return wait({ to, text, as });
  const note = as === "note";
  const body = note ? { text } : { token: to.token, key: once.key, text };
  const answer = await call("POST", `conversations/${to.id}/${note ? "notes" : "messages"}`, body);
  if (!answer.status && !note) return wait({ to, text, as });
  if (answer.ok) {
    keys.delete(to.id);
    if (draftOf(to.id, as).trim() === text) keepDraft(to.id, as, "");
    if (chosen() !== to.id || mode !== as || $("text").value.trim() !== text) return;
    clearTimeout(keeping);
    put("");
    problem("");
  } else if (chosen() === to.id) problem(why(answer), answer.body.error === "gate_refused");
}

function wait(what) {
  held = what;
  if (chosen() === what.to.id) problem("网络中断，内容已保留，连上后自动发出；修改后请您再发。");
}
onBeat(() => {
  const what = held;
  held = null;
  if (what) deliver(what);
});

// A picture: chosen, pasted or dropped; it is sent at once.
async function picture(file) {
  const to = aim();
  if (!file || !to || $("attach").hidden) return;
  if (file.size > 10 * 1024 * 1024) return problem("图片超过10MB，请您压缩或者截取后再发送。");
  const path = `conversations/${to.id}/pictures?token=${to.token}&key=${crypto.randomUUID()}`;
  const answer = await call("POST", path, file);
  if (chosen() !== to.id) return;
  problem(answer.ok ? "" : answer.status ? why(answer) : "网络中断，图片没有发送，请您稍后再发。");
}
$("file").addEventListener("change", () => {
  picture($("file").files[0]);
  $("file").value = "";
});
const first = (files) => [...files].find((each) => each.type.startsWith("image/"));
$("text").addEventListener("paste", (event) => {
  const file = first(event.clipboardData.files);
  if (file) {
    event.preventDefault();
    return picture(file);
  }
  const room = LONGEST[mode] - $("text").value.length;
  if (event.clipboardData.getData("text").length > room)
    problem(`粘贴的内容太长，只放得下 ${Math.max(room, 0)} 个字，请您分开发送。`);
});
$("answer").addEventListener("dragover", (event) => event.preventDefault());
$("answer").addEventListener("drop", (event) => {
  const file = first(event.dataTransfer.files);
  if (!file) return;
  event.preventDefault();
  picture(file);
});
