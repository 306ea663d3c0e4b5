// The list of conversations: one's own before those who wait, by tabs, filters and order. Nothing moves under the
// pointer or a focused row: while one is there rows change in place, and their order afterwards.

import { choose, chosen, onChoose } from "./chosen.js";
import { tellOfNews } from "./notify.js";
import { $, call, element } from "./page.js";
import { tick } from "./timer.js";

const SHOWN = { mine: ["mine", "queue"], waiting: ["queue"], all: ["mine", "queue", "others"], closed: ["closed"] };
const waiting = new Map(); // by list: what will be shown when the pointer has gone
let tab = "mine";
let over = false;

const held = () => over || $("rows").contains(document.activeElement);
const rows = (within = $("rows")) => [...within.querySelectorAll("[data-open]")];

export function showList(name, html) {
  if (held() && rows($(name)).length) {
    waiting.set(name, html);
    inPlace(name, html);
  } else put(name, html);
  count();
}

function put(name, html) {
  waiting.delete(name);
  $(name).innerHTML = html;
  arrange();
}

// Change rows that stand there, add new ones behind, and shut those that are gone.
function inPlace(name, html) {
  const found = new Map(rows(element("template", { innerHTML: html }).content).map((row) => [row.dataset.open, row]));
  for (const row of rows($(name))) {
    const now = found.get(row.dataset.open);
    row.disabled = !now;
    if (!now) continue;
    found.delete(row.dataset.open);
    for (const [key, value] of Object.entries(now.dataset)) row.dataset[key] = value;
    if (row.innerHTML !== now.innerHTML) row.replaceChildren(...now.childNodes);
  }
  const last = $(name).querySelector("section:last-of-type");
  last?.append(...found.values());
  arrange(false);
}

function settle() {
  if (held()) return;
  for (const [name, html] of [...waiting]) put(name, html);
}
$("rows").addEventListener("pointerenter", (event) => {
  over = event.pointerType === "mouse";
});
$("rows").addEventListener("pointerleave", () => {
  over = false;
  settle();
});
$("rows").addEventListener("focusout", () => setTimeout(settle));

// Filter, order and mark what is there.
function arrange(order = true) {
  const wished = Object.fromEntries(new FormData($("filters")));
  const before = { new: (row) => -Number(row.dataset.since), mood: (row) => -Number(row.dataset.mood) }[wished.sort];
  for (const group of $("rows").querySelectorAll(".group")) {
    const all = rows(group);
    for (const row of all)
      row.hidden = ["channel", "skill", "grade"].some((key) => wished[key] && row.dataset[key] !== wished[key]);
    if (order && before) group.append(...all.sort((one, other) => before(one) - before(other)));
  }
  mark();
  tick($("rows"));
}
$("filters").addEventListener("change", () => arrange());

function mark() {
  for (const row of rows()) {
    const open = Number(row.dataset.open) === chosen();
    row.classList.toggle("open", open);
    if (open) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

// How much there is: in the tabs, in the window's title, and how many one has when one signs out.
function count() {
  const own = rows($("mine")).filter((row) => !row.disabled);
  const unread = own.reduce((sum, row) => sum + Number(row.dataset.unread), 0);
  const queued = rows($("queue")).filter((row) => !row.disabled).length;
  const back = own.filter((row) => row.dataset.back).length;
  const answer = own.filter((row) => row.dataset.since !== "0" || row.dataset.back).length;
  for (const [id, number] of [
    ["count-mine", answer],
    ["count-waiting", queued],
  ]) {
    $(id).textContent = number;
    $(id).hidden = !number;
  }
  document.body.dataset.owned = own.length;
  $("load").textContent = `${own.length} 个会话`;
  $("next").hidden = !queued;
  if (!chosen())
    $("nothing-words").textContent = queued ? `有 ${queued} 位客户在等待。` : "暂时没有客户在等待，有新会话会提醒您。";
  tellOfNews(unread, own.length, back);
}

onChoose(mark);

$("rows").addEventListener("click", (event) => {
  const row = event.target.closest("[data-open]");
  if (row && !row.disabled) choose(Number(row.dataset.open));
});
$("back").addEventListener("click", () => choose(null));

for (const button of document.querySelectorAll("[data-tab]"))
  button.addEventListener("click", () => {
    tab = button.dataset.tab;
    for (const each of document.querySelectorAll("[data-tab]"))
      each.setAttribute("aria-pressed", String(each === button));
    for (const name of ["mine", "queue", "others", "closed"]) $(name).hidden = !SHOWN[tab].includes(name);
    $("filters").hidden = tab === "closed";
    $("closed-filters").hidden = tab !== "closed";
    if (tab === "closed") closed();
  });
for (const name of ["mine", "queue", "others", "closed"]) $(name).hidden = !SHOWN[tab].includes(name);

async function closed() {
  const answer = await call("GET", `closed?${new URLSearchParams(new FormData($("closed-filters")))}`);
  put("closed", answer.ok ? answer.body : '<p class="empty">没有读取成功，请您再试一次。</p>');
}
$("closed-filters").addEventListener("change", closed);

// Choose the row before or after the one that is open.
export function move(by) {
  const all = rows().filter((row) => row.offsetParent && !row.disabled);
  const at = all.findIndex((row) => Number(row.dataset.open) === chosen());
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  if (!next) return;
  choose(Number(next.dataset.open));
  next.focus();
}
