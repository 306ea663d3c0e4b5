// What an agent does with a conversation beside answering. Each act is aimed when it begins; what can't be undone asks
// once and names the customer.

import { aim, choose, chosen, onChoose } from "./chosen.js";
import { problem } from "./composer.js";
import { $, call, element, why } from "./page.js";
import { agreed, sure } from "./sure.js";

const SKILLS = { account: "业务", complaint: "投诉", repair: "报修", enterprise: "集团", english: "英语" };

async function act(to, path, body = {}) {
  const answer = await call("POST", `conversations/${to.id}/${path}`, body);
  if (chosen() === to.id) problem(answer.ok ? "" : why(answer));
  return answer.ok;
}

// Show a sheet and do `then` where it is agreed to; the aim is taken before.
async function sheet(id, title, then) {
  const to = aim();
  if (!to || $(id).open) return;
  $(id).querySelector("h2").textContent = title(to);
  if (await agreed($(id))) then(to);
}

// What a conversation was about, its summary and its tags: ending.js fills the sheet, whose place is bound to the aim.
$("close").addEventListener("click", end);
export function end() {
  const to = aim();
  if (!to || $("end-sheet").open) return;
  $("end-title").textContent = `结束与${to.name}的会话？`;
  const place = element("div");
  Object.assign(place.dataset, { ending: to.id, token: to.token, last: to.last });
  $("end-place").replaceChildren(place);
  $("end-sheet").showModal();
}
$("end-sheet").addEventListener("ended", () => $("end-sheet").close());
$("end-sheet").addEventListener("close", () => $("end-place").replaceChildren());
$("stay").addEventListener("click", () => $("end-sheet").close());
onChoose(() => $("end-sheet").close()); // nobody ends what is no longer on the screen

$("hand-back").addEventListener("click", async () => {
  const to = aim();
  $("more").open = false;
  const words = "由智能客服继续接待，您不能再回复；没发出的草稿留给您自己。";
  if (to && (await sure(`把${to.name}交回智能客服？`, words, "确认交回"))) act(to, "hand-back", { token: to.token });
});

$("nuisance").addEventListener("click", async () => {
  const to = aim();
  $("more").open = false;
  const words =
    "请确认：对方没有业务需要，只是辱骂或骚扰。将先提醒；提醒过的结束会话；多次的暂停服务一天，班长会复核。";
  if (to && (await sure(`对${to.name}做骚扰处理？`, words, "确认处理", true))) act(to, "nuisance", { token: to.token });
});

// Put aside until a time; a chosen one is by this computer's clock, which is the desk's.
export async function putAside() {
  $("aside-sheet").querySelector("form").reset();
  $("aside-until").disabled = true;
  sheet(
    "aside-sheet",
    (to) => `把${to.name}的会话搁置到什么时候？`,
    (to) => {
      const { value } = $("aside-sheet").querySelector("[name=until]:checked");
      act(to, "aside", { token: to.token, until: value === "chosen" ? $("aside-until").value : value });
    },
  );
}
$("aside").addEventListener("click", () => {
  $("more").open = false;
  putAside();
});
$("aside-sheet").addEventListener("change", (event) => {
  if (event.target.name !== "until") return;
  const chosenTime = event.target.value === "chosen";
  $("aside-until").disabled = !chosenTime;
  $("aside-until").required = chosenTime;
  if (chosenTime) $("aside-until").focus();
});

const option = (value, textContent) => element("option", { value, textContent });
async function colleagues() {
  const answer = await call("GET", "colleagues");
  return answer.ok ? answer.body : [];
}

$("transfer").addEventListener("click", async () => {
  sheet(
    "to-sheet",
    (to) => `把${to.name}的会话转给谁？`,
    (to) => {
      const [kind, value] = $("to").value.split(":");
      act(to, "transfer", { token: to.token, ...(kind === "to" ? { to: Number(value) } : { skill: value }) });
    },
  );
  const groups = Object.entries(SKILLS).map(([skill, words]) => option(`skill:${skill}`, `技能组 · ${words}`));
  $("to").replaceChildren(option("", "请选择…"), ...groups);
  const found = await colleagues();
  const people = found.map((each) =>
    option(`to:${each.id}`, `${each.name} · ${each.state} · ${each.load}/${each.capacity}`),
  );
  $("to").firstChild.after(...people);
});

$("consult").addEventListener("click", async () => {
  sheet(
    "ask-sheet",
    (to) => `就${to.name}的会话请教同事`,
    (to) => act(to, "consult", { token: to.token, to: Number($("ask").value), text: $("question").value.trim() }),
  );
  $("question").value = "";
  $("ask").replaceChildren(option("", "请选择…"));
  const found = await colleagues();
  $("ask").append(...found.map((each) => option(each.id, `${each.name} · ${each.state}`)));
});

// What stands in the thread and its head.
document.querySelector("main").addEventListener("click", async (event) => {
  const pressed = event.target.closest(
    "[data-take], [data-take-over], [data-end-consult], [data-resend], [data-fetch-back]",
  );
  const id = chosen();
  if (!pressed || !id) return;
  const { take, takeOver, endConsult, resend } = pressed.dataset;
  pressed.disabled = true;
  if (take) await takeOne(Number(take));
  if ("fetchBack" in pressed.dataset) {
    const to = aim();
    $("more").open = false;
    if (to) await act(to, "back", { token: to.token });
  }
  if (endConsult) await act({ id: Number(endConsult) }, "consult/end");
  if (resend) {
    const answer = await call("POST", `messages/${resend}/resend`);
    if (chosen() === id) problem(answer.ok ? "" : why(answer));
  }
  if (takeOver) {
    const to = aim();
    const words = "原来的同事会失去这个会话，客户会收到通知。";
    if (to && (await sure(`接管${to.name}的会话？`, words, "确认接管"))) await act(to, "take-over");
  }
  pressed.disabled = false;
});

async function takeOne(id) {
  const answer = await call("POST", `conversations/${id}/take`);
  if (!answer.ok && chosen() === id) problem(why(answer));
}

// Take who waits longest.
export async function takeNext() {
  const first = $("queue").querySelector("[data-open]");
  if (!first) return;
  const id = Number(first.dataset.open);
  choose(id);
  await takeOne(id);
}
$("next").addEventListener("click", takeNext);
$("list").addEventListener("click", (event) => event.target.closest("[data-next]") && takeNext());

document.addEventListener("click", (event) => {
  if (!$("more").contains(event.target)) $("more").open = false;
});
