// What helps to write: the gate's word before it is sent, phrases after "/", knowledge after "#", and what to say next.

import { aim, chosen, onChoose } from "./chosen.js";
import { onText, problem, write, writing } from "./composer.js";
import { $, call, element, why } from "./page.js";
import { agreed } from "./sure.js";
import { onShow } from "./thread.js";

const ASKING = /(^|[\s，。！？；])([/#])([^\s/#]*)$/;
let phrases = null;
let marked = 0;
let asking = 0;
let checking = null;
let lastSaid = 0;

onText((text) => {
  marked = 0;
  suggest();
  judge(text);
});
onChoose(() => {
  lastSaid = 0;
  clearTimeout(checking);
  $("help").replaceChildren();
  $("help").hidden = true;
  $("phrases").hidden = true;
});

// What the gate would say, while it is being written.
function judge(text) {
  clearTimeout(checking);
  const asked = chosen();
  if (!text || writing() === "note" || ASKING.test(text)) return text || problem("");
  checking = setTimeout(async () => {
    const answer = await call("POST", `conversations/${asked}/check`, { text });
    if (!answer.ok || chosen() !== asked || writing() === "note" || $("text").value !== text) return;
    problem(answer.body.reason || answer.body.warning, !!answer.body.reason);
  }, 300);
}

// Phrases by a word or the initials of their pinyin, articles by words; offered for what stands before the cursor.
async function suggest() {
  const number = ++asking;
  const before = $("text").value.slice(0, $("text").selectionEnd);
  const found = ASKING.exec(before);
  if (!found) {
    $("phrases").hidden = true;
    return;
  }
  const offered = found[2] === "/" ? await fitting(found[3]) : await known(found[3]);
  if (number !== asking) return;
  marked = Math.min(marked, Math.max(offered.length - 1, 0));
  $("phrases").replaceChildren(
    ...offered.map(({ title, text }, at) => {
      const item = element("div", { className: "phrase", role: "option", textContent: title || text });
      item.dataset.text = text;
      item.setAttribute("aria-selected", String(at === marked));
      item.addEventListener("click", () => take(text));
      return item;
    }),
  );
  $("phrases").hidden = !offered.length;
}
async function fitting(asked) {
  phrases ||= call("GET", "phrases").then((answer) => (answer.ok ? answer.body : []));
  const word = asked.toLowerCase();
  const fits = (each) => each.initials.includes(word) || each.text.includes(word) || each.group.includes(word);
  return (await phrases).filter(fits).slice(0, 8);
}
async function known(words) {
  const answer = words && (await call("GET", `knowledge?q=${encodeURIComponent(words.slice(0, 60))}`));
  return answer?.ok ? answer.body.slice(0, 8) : [];
}
function take(text) {
  const field = $("text");
  const [before, after] = [field.value.slice(0, field.selectionEnd), field.value.slice(field.selectionEnd)];
  $("phrases").hidden = true;
  write(before.replace(ASKING, (_, stop) => stop + text) + after);
}
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return $("answer").requestSubmit();
  if ($("phrases").hidden) return;
  const items = [...$("phrases").children];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    marked = (marked + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length;
    for (const [at, each] of items.entries()) each.setAttribute("aria-selected", String(at === marked));
  }
  if (event.key === "Enter") {
    event.preventDefault();
    take(items[marked].dataset.text);
  }
  if (event.key === "Escape") $("phrases").hidden = true;
});
for (const [id, sign] of [
  ["slash", "/"],
  ["lookup", "#"],
])
  $(id).addEventListener("click", () => {
    const text = $("text").value;
    write(text && !/\s$/.test(text) ? `${text} ${sign}` : text + sign);
  });

// What may be said next, and what is known of it.
onShow((thread) => {
  if (thread?.state !== "mine" || thread.last === lastSaid) return;
  lastSaid = thread.last;
  hints();
});
async function hints() {
  const asked = chosen();
  const answer = await call("POST", `conversations/${asked}/suggestions`);
  if (!answer.ok || chosen() !== asked) return;
  const hint = (text, at) => {
    const made = element("button", { type: "button", className: "hint", title: text }, text);
    if (at < 3) made.append(element("kbd", { textContent: `Alt+${at + 1}` }));
    made.addEventListener("click", () => write(text));
    return made;
  };
  $("help").replaceChildren(...answer.body.replies.map(hint), ...answer.body.articles.map(article));
  $("help").hidden = !$("help").children.length;
}
function article(each) {
  const quote = element("button", { type: "button", className: "hint", textContent: "引用到回复" });
  quote.addEventListener("click", () => write(each.text));
  return element(
    "details",
    { className: "article" },
    element("summary", { textContent: each.title }),
    element("p", { textContent: each.text }),
    element("p", { textContent: `来源：${each.source}`, className: "soft" }),
    quote,
  );
}

// A refusal that the agent finds wrong.
$("appeal").addEventListener("click", async () => {
  const to = aim();
  const text = $("text").value.trim();
  if (!to || !text) return;
  $("why").value = "";
  if (!(await agreed($("appeal-sheet")))) return;
  const answer = await call("POST", `conversations/${to.id}/appeals`, { text, why: $("why").value.trim() });
  if (chosen() === to.id) problem(answer.ok ? "申诉已提交，结果会显示在“我的”页面。" : why(answer));
});
