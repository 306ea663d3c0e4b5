// The short messages of all phones of the sandbox, the newest first.
import { Messages } from "./sandbox_messages.js";

const $ = (id) => document.getElementById(id);
const messages = new Messages();
const body = document.querySelector("#messages tbody");
const NAMES = ["时间", "号码", "内容"];

function row(message) {
  const made = document.createElement("tr");
  const at = new Date(message.at).toLocaleString("zh-CN", { dateStyle: "short", timeStyle: "medium" });
  for (const [column, text] of [at, message.to, message.text].entries()) {
    const cell = made.appendChild(document.createElement(column ? "td" : "th"));
    cell.textContent = text;
    if (column) cell.dataset.name = NAMES[column];
    else cell.scope = "row";
  }
  return made;
}

const rows = (found) =>
  found
    .filter((message) => message.channel === "sms")
    .map(row)
    .reverse();

function show() {
  $("messages").hidden = !body.childElementCount;
  $("none").hidden = !$("messages").hidden;
  $("earlier").hidden = !messages.more || $("messages").hidden;
}

async function refresh() {
  body.prepend(...rows(await messages.fresh()));
  show();
}

$("earlier").addEventListener("click", async () => {
  body.append(...rows(await messages.earlier()));
  show();
});
refresh().then(() => setInterval(refresh, 2000));
