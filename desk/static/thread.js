// The thread: lines come and are merged by their numbers, older ones are fetched when one scrolls to them, and who
// reads back is left there.

import { chosen, lost, onChoose, shown } from "./chosen.js";
import { $, call, element } from "./page.js";
import { showPanel } from "./panel.js";
import { tick } from "./timer.js";

const NEAR = 48; // so near to the end is at the end
const TOGETHER = 180; // seconds between two lines of a group
const opened = [];
let more = false; // whether there are older lines
let fetching = false;
let unseen = 0; // lines that came while one reads back
let readUpTo = 0;
let headCame = null;
let following = true; // the end is in sight, and stays so

// Call `tell(target)` whenever the chosen conversation is shown anew, and with null where it can't be.
export const onShow = (tell) => opened.push(tell);
const tellAll = (target) => {
  for (const tell of opened) tell(target);
};
const lines = () => [...$("lines").children];
const atEnd = () => $("scroll").scrollHeight - $("scroll").scrollTop - $("scroll").clientHeight < NEAR;

function toEnd() {
  $("scroll").scrollTop = $("scroll").scrollHeight;
  unseen = 0;
  following = true;
  $("newer").hidden = true;
}
new ResizeObserver(() => following && toEnd()).observe($("scroll"));

// Another conversation was chosen: nothing of the old one stays, skeletons stand where the new one will be.
function clear(next) {
  headCame = null;
  more = false;
  following = true;
  unseen = 0;
  readUpTo = 0;
  $("lines").replaceChildren();
  $("head").replaceChildren();
  $("writing").textContent = "";
  for (const id of ["acts", "pill", "newer", "earlier"]) $(id).hidden = true;
  $("nothing").hidden = !!next;
  $("scroll").hidden = !next;
  $("scroll").classList.toggle("loading", !!next);
  showPanel("");
  document.body.dataset.page = next ? "thread" : "list";
  tellAll(null);
}
onChoose(clear);

export function show(html) {
  const piece = element("template", { innerHTML: html }).content;
  const head = piece.querySelector("[data-state]");
  if (!head || Number(head.dataset.id) !== chosen()) return; // of the conversation before
  $("scroll").classList.remove("loading");
  if (head.dataset.state === "gone") return gone(head.textContent);
  const { id, token, name, channel, state, last } = head.dataset;
  const first = !$("lines").children.length;
  const follow = first || following;
  $("nothing").hidden = true;
  $("scroll").hidden = false;
  if (!head.isEqualNode(headCame)) {
    headCame = head.cloneNode(true); // the timers in what is shown go on
    $("head").replaceChildren(head);
    tick($("head"));
  }
  if (first) more = "older" in piece.querySelector(".lines").dataset;
  const came = merge([...piece.querySelectorAll(".lines > li")]);
  $("writing").textContent = piece.querySelector(".writing")?.textContent || "";
  showPanel(piece.querySelector(".panel").innerHTML);
  $("acts").hidden = state !== "mine";
  $("earlier").hidden = !more;
  const pictures = "pictures" in head.dataset;
  shown({ id: Number(id), token: Number(token), name, channel, state, pictures, last: Number(last) });
  tellAll({ state, name, channel, pictures, last: Number(last) });
  if (follow) toEnd();
  else tellNew(came);
  markRead();
}

function gone(words) {
  lost(chosen());
  clear(null);
  document.body.dataset.page = "thread";
  $("nothing-words").textContent = words;
}

// Put lines in by their numbers and return how many of them were not there; what stands there already is changed in place.
function merge(found) {
  const there = new Map(lines().map((line) => [line.dataset.line, line]));
  let came = 0;
  for (const line of found) {
    const old = there.get(line.dataset.line);
    if (old) {
      if (old.innerHTML !== line.innerHTML) old.replaceChildren(...line.childNodes);
      continue;
    }
    const number = Number(line.dataset.line);
    const after = lines().find((each) => Number(each.dataset.line) > number);
    $("lines").insertBefore(line, after || null);
    if (!after && line.classList.contains("line")) came += 1;
  }
  group();
  return came;
}

// One speaker within three minutes is a group with one name; a new day has its own line.
function group() {
  let before = null;
  for (const line of lines()) {
    if (!line.classList.contains("line")) continue;
    const { speaker, seconds, day } = line.dataset;
    const newDay = !before || before.day !== day;
    const together = !newDay && before.speaker === speaker && seconds - before.seconds <= TOGETHER;
    line.classList.toggle("new-day", newDay);
    line.classList.toggle("together", together);
    before = line.dataset;
  }
}

function tellNew(came) {
  unseen += came;
  $("newer").hidden = !unseen;
  $("newer").textContent = `${unseen} 条新消息`;
}

async function earlier() {
  const first = $("lines").firstElementChild;
  if (!more || fetching || !first) return;
  fetching = true;
  const asked = chosen();
  const answer = await call("GET", `conversations/${asked}/lines?before=${first.dataset.line}`);
  fetching = false;
  if (chosen() !== asked || !answer.ok) return;
  const found = [...element("template", { innerHTML: answer.body }).content.querySelectorAll("li")];
  const from = $("scroll").scrollHeight - $("scroll").scrollTop;
  merge(found);
  $("scroll").scrollTop = $("scroll").scrollHeight - from; // what one reads stays where it is
  more = found.length > 0;
  $("earlier").hidden = !more;
  if ($("scroll").scrollTop < 200) earlier();
}

$("scroll").addEventListener("scroll", () => {
  if ($("scroll").scrollTop < 200) earlier();
  following = atEnd();
  if (following) {
    unseen = 0;
    $("newer").hidden = true;
    markRead();
  }
  const top = $("scroll").getBoundingClientRect().top;
  const seen = lines().find((line) => line.dataset.day && line.getBoundingClientRect().bottom > top + 24);
  $("pill").hidden = !seen || seen.classList.contains("new-day");
  if (seen) $("pill").textContent = seen.dataset.day;
});
$("newer").addEventListener("click", toEnd);
$("lines").addEventListener("load", () => following && toEnd(), true); // pictures

// What stands on a screen that somebody looks at is read.
async function markRead() {
  const last = Number(lines().at(-1)?.dataset.line || 0);
  if (document.hidden || !document.hasFocus() || last <= readUpTo || !atEnd()) return;
  readUpTo = last;
  await call("POST", `conversations/${chosen()}/read`, { line: last });
}
window.addEventListener("focus", markRead);
document.addEventListener("visibilitychange", markRead);
