// Beside the thread: the customer, and what was before. Whole name and number for a reason and a minute.

import { aim, chosen, onChoose } from "./chosen.js";
import { $, call } from "./page.js";

let shownHtml = "";
let revealed = null; // nothing of it is kept
const read = new Map(); // the customer's other conversations, once they were opened

export function showPanel(html) {
  if (html === shownHtml) return;
  shownHtml = html;
  $("panel").innerHTML = html;
  unmask();
  for (const past of $("panel").querySelectorAll("[data-past]")) past.open = read.has(past.dataset.past);
}
onChoose(() => {
  revealed = null;
  read.clear();
});

function unmask() {
  if (!revealed || revealed.id !== chosen() || Date.now() > revealed.until) return;
  for (const part of ["name", "phone"]) {
    const shown = $("panel").querySelector(`[data-${part}]`);
    if (shown) shown.textContent = revealed[part];
  }
}

$("panel").addEventListener("change", async (event) => {
  const reason = event.target.value;
  const to = aim();
  if (!("reveal" in event.target.dataset) || !reason || !to) return;
  event.target.value = "";
  const answer = await call("POST", `conversations/${to.id}/reveal`, { token: to.token, reason });
  if (chosen() !== to.id) return;
  if (!answer.ok) {
    $("error").textContent = "暂时不能查看，请您稍后再试。";
    return;
  }
  revealed = { ...answer.body, id: to.id, until: Date.now() + answer.body.seconds * 1000 };
  unmask();
  setTimeout(() => {
    revealed = null;
    const masked = shownHtml;
    shownHtml = "";
    showPanel(masked);
  }, answer.body.seconds * 1000);
});

$("panel").addEventListener(
  "toggle",
  async (event) => {
    const { past } = event.target.dataset;
    if (!past) return;
    if (!event.target.open) return read.delete(past);
    const asked = chosen();
    if (!read.has(past)) {
      const answer = await call("GET", `conversations/${asked}/past/${past}`);
      if (chosen() !== asked) return;
      read.set(past, answer.ok ? answer.body : '<p class="empty">没有读取成功，请您再试一次。</p>');
    }
    const shown = $("panel").querySelector(`[data-past="${past}"] div`);
    if (shown) shown.innerHTML = read.get(past);
  },
  true,
);

// Under 1100 px it is a drawer, on a phone a page of its own.
$("person").addEventListener("click", () => {
  const open = document.body.classList.toggle("with-panel");
  $("person").setAttribute("aria-expanded", String(open));
});
onChoose(() => {
  document.body.classList.remove("with-panel");
  $("person").setAttribute("aria-expanded", "false");
});
