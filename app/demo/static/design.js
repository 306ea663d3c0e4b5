// Sets the stages of the design page: what the pages' scripts do with a template is done here by the same scripts, and
// what only shows under the pointer or in focus gets a class that shows it always.
import { tick } from "/desk/static/timer.js";
import { Account } from "/static/chat_account.js";
import { Lines } from "/static/chat_lines.js";
import { MARKUP } from "/static/chat_markup.js";
import { Quick } from "/static/chat_quick.js";

const stages = [...document.querySelectorAll(".stage > div")];
const at = (minutes) => new Date(Date.now() - minutes * 60000).toISOString();

// Let every rule for :hover and :focus-visible hold for .is-hover and .is-focus too.
function always(sheet) {
  for (const rule of [...sheet.cssRules]) {
    const { selectorText: words = "" } = rule;
    if (!/:hover|:focus-visible/.test(words)) continue;
    const shown = words.replaceAll(":hover", ".is-hover").replaceAll(":focus-visible", ".is-focus");
    sheet.insertRule(`${shown} {${rule.style.cssText}}`, sheet.cssRules.length);
  }
}

// The composer as desk/static/composer.js leaves it.
function compose(root, stage) {
  const form = root.querySelector("#answer");
  const refused = stage.classList.contains("refused");
  const noting = stage.classList.contains("noting");
  form.hidden = false;
  form.classList.toggle("refused", refused);
  form.classList.toggle("noting", noting);
  root.querySelector("#text").disabled = false;
  root.querySelector("#text").value = refused
    ? "您烦不烦，账单里写得清楚"
    : noting
      ? "客户要求60.00元，明早9点回电"
      : "";
  root.querySelector("#to-whom").textContent = noting ? "客户看不到" : "以“小林”发到网页";
  root.querySelector("#error").textContent = refused ? "“烦不烦”是服务忌语，不能发送。" : "";
  root.querySelector("#appeal").hidden = !refused;
  root.querySelector("#send").textContent = noting ? "记备注" : refused ? "改好才能发送" : "发送";
  for (const [name, on] of [
    ["#reply", !noting],
    ["#note", noting],
  ])
    root.querySelector(name).setAttribute("aria-pressed", String(on));
}

const TALKS = {
  visitor: [],
  bot: [
    { id: 1, author: "customer", text: "查10月的账单", at: at(1500) },
    { id: 2, author: "bot", text: "10月账单89.00元，详见 https://www.example.com/bill", at: at(1500) },
    { id: 3, author: "customer", text: "谢谢", at: at(3) },
    { key: "way", author: "customer", text: "还有流量吗", at: at(2) },
    { key: "bad", author: "customer", text: "在吗", at: at(1) },
  ],
  queue: [
    { id: 1, author: "customer", text: "转人工", at: at(4) },
    { id: 2, author: "bot", text: "好的，正在为您转接人工客服，请您稍等。", at: at(4) },
    { id: 3, author: "system", text: "您前面还有2位客户，预计等待约3分钟。", at: at(3) },
  ],
  agent: [
    { id: 1, author: "system", text: "您好，我是人工客服小林。", at: at(3) },
    { id: 2, author: "agent", text: "李女士您好，前面的情况我都看到了。", at: at(2) },
    { id: 3, author: "agent", text: "您不用再说一遍。", at: at(2) },
    { id: 4, author: "customer", text: "那钱能退吗？", at: at(1) },
  ],
};

function chat(host) {
  const state = host.dataset.chat;
  const root = host.attachShadow({ mode: "open" });
  host.classList.add("static");
  root.innerHTML = MARKUP;
  // The pane's colours, not the reader's.
  root.querySelector('[href="/static/tokens.css"]').href = "/desk/design/schemes.css";
  root.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/desk/design/design.css" }));
  const $ = (selector) => root.querySelector(selector);
  $(".panel").hidden = false;
  $(".brand").textContent = document.title.split(" · ")[1];
  $(".state").textContent = { queue: "正在为您转接人工，请稍等", agent: "小林为您服务" }[state] ?? "智能客服为您服务";
  $(".state").classList.add("well");
  const account = new Account(
    root,
    async () => ({}),
    () => null,
  );
  account.show({ signed_in: state === "visitor" ? null : "138****8001", demo: true });
  if (state === "visitor") account.ask();
  const lines = new Lines($(".lines"));
  const quick = new Quick($(".quick"), () => null);
  lines.greet("您好，请问有什么可以帮您？");
  quick.offer(["查话费", "查流量", "转人工"].map((title) => ({ title, payload: title })));
  for (const letter of TALKS[state]) {
    lines.add(letter);
    quick.heard(letter);
  }
  lines.mark("bad", "failed", "没有发出：网络不通");
  quick.served(state === "visitor" ? "bot" : state);
  $(".writing").textContent = state === "agent" ? "小林正在输入" : "";
  $(".log").scrollTo(0, $(".log").scrollHeight);
}

for (const host of stages) {
  const stage = host.parentElement;
  if (host.dataset.chat) chat(host);
  const root = host.shadowRoot;
  for (const colour of root.querySelectorAll("[data-token]"))
    colour.style.background = `var(--${colour.dataset.token})`;
  if (root.querySelector("#answer")) compose(root, stage);
  for (const dialog of root.querySelectorAll("dialog")) dialog.open = true;
  // As desk/static/thread.js groups them.
  for (const [number, each] of root.querySelectorAll(".line").entries()) {
    each.classList.toggle("new-day", number === 0);
    each.classList.toggle("together", [1, 4].includes(number));
  }
  for (const [row, each] of root.querySelectorAll(".row").entries())
    each.classList.add(...([["open"], ["is-hover"], ["is-focus"]][row - 1] ?? ["calm"]));
  for (const [name, title] of [
    ["end-title", "结束与李*的会话？"],
    ["to-title", "把李*的会话转给同事？"],
    ["ask-title", "请教同事"],
  ]) {
    const found = root.getElementById(name);
    if (found) found.textContent = title;
  }
}
// Every piece stands here twice, and the chat more often: each has a name of its own.
for (const host of stages) {
  const where = `${host.parentElement.dataset.stage}，${host.closest(".pane").getAttribute("aria-label")}`;
  for (const each of host.shadowRoot.querySelectorAll(":is(form, section, nav, [role])[aria-label]"))
    each.setAttribute("aria-label", `${each.getAttribute("aria-label")}（${where}）`);
}
tick();
const settled = () => {
  for (const { shadowRoot } of stages) {
    for (const sheet of [...shadowRoot.styleSheets]) always(sheet);
    tick(shadowRoot);
  }
  document.body.dataset.ready = "";
};
if (document.readyState === "complete") settled();
else addEventListener("load", settled);
