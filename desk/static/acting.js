// What an agent does for the customer. It fills every <div data-acts="CONVERSATION" data-token="TOKEN"> of the page, also
// one that comes later; where the page is drawn anew with the same conversation, what is half written moves over.

import { call, why } from "./page.js";

const EVERY_MS = 4000;
let kept = { conversation: "", panel: null };

const path = (panel, rest = "") => `conversations/${panel.dataset.conversation}/acts${rest}`;
const mount = (panel) => panel.closest("[data-acts]");
const token = (panel) => Number(mount(panel)?.dataset.token);

async function fill(place) {
  const conversation = place.dataset.acts;
  if (kept.conversation === conversation && kept.panel) {
    if (kept.panel.parentNode !== place) place.replaceChildren(kept.panel);
    return;
  }
  const panel = document.createElement("div");
  panel.dataset.conversation = conversation;
  kept = { conversation, panel };
  place.replaceChildren(panel);
  const answer = await call("GET", path(panel));
  if (answer.ok) panel.innerHTML = answer.body;
  else kept = { conversation: "", panel: null };
}

function tell(panel, text, bad) {
  const line = panel.querySelector(".acts-told");
  line.textContent = text;
  line.classList.toggle("bad", bad);
}

async function refresh(panel) {
  const { ok, body: html } = await call("GET", path(panel, "/cards"), undefined, { stays: true });
  const list = panel.querySelector(".acts-cards");
  if (!ok || !list || list.dataset.shown === html) return;
  const within = list.contains(document.activeElement) ? document.activeElement.dataset.withdraw : null;
  list.innerHTML = html;
  list.dataset.shown = html;
  if (within) list.querySelector(`[data-withdraw="${within}"]`)?.focus();
}

function open(panel, name) {
  for (const button of panel.querySelectorAll("[data-act]")) {
    const form = panel.querySelector(`[data-form="${button.dataset.act}"]`);
    form.hidden = button.dataset.act !== name || !form.hidden;
    button.setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden) {
      form.querySelector("select, input:not([type=hidden])").focus();
      if (button.dataset.act === "repair") offerVisits(panel, form);
    }
  }
  tell(panel, "", false);
}

async function chosen(panel, kind) {
  const answer = await call("GET", path(panel, `/choices?kind=${encodeURIComponent(kind)}`));
  if (!answer.ok) tell(panel, why(answer), true);
  return answer.ok ? answer.body : [];
}

function option(each) {
  const made = new Option(each.why ? `${each.label}（${each.why}）` : each.label, each.value);
  made.disabled = Boolean(each.why);
  return made;
}

async function offerVisits(panel, form) {
  if (form.dataset.offered) return;
  form.dataset.offered = "yes";
  const found = await chosen(panel, "repair");
  const address = found.find((each) => each.why === "address");
  if (address && !form.address.value) form.address.value = address.label;
  form.visit.append(...found.filter((each) => !each.why).map(option));
}

async function offerTargets(panel, form) {
  const kind = form.kind.value;
  const found = kind ? await chosen(panel, kind) : [];
  if (form.kind.value !== kind) return; // another kind was chosen meanwhile
  form.target.replaceChildren(...found.map(option));
  form.querySelector("[data-target]").hidden = !found.length;
}

document.addEventListener("click", async (event) => {
  const panel = event.target.closest("[data-conversation]");
  if (!panel) return;
  const { act, withdraw } = event.target.dataset;
  if (act) open(panel, act);
  if (!withdraw) return;
  event.target.disabled = true;
  const answer = await call("POST", path(panel, `/${withdraw}/withdraw`), { token: token(panel) });
  tell(panel, answer.ok ? "已撤回，并告诉了客户。" : why(answer), !answer.ok);
  refresh(panel);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-form=order]");
  if (form && event.target.name === "kind") offerTargets(form.closest("[data-conversation]"), form);
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-form]");
  const panel = form?.closest("[data-conversation]");
  if (!panel) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  // The same key for the same try, however often it is sent: it is asked once.
  form.dataset.key ??= crypto.randomUUID();
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  const asked = { ...Object.fromEntries(new FormData(form)), key: form.dataset.key, token: token(panel) };
  const answer = await call("POST", path(panel), asked);
  delete form.dataset.busy;
  button.disabled = false;
  if (answer.ok) {
    delete form.dataset.key;
    form.reset();
    open(panel, form.dataset.form);
  }
  tell(panel, answer.ok ? `已发给客户：${answer.body.told}。` : why(answer), !answer.ok);
  refresh(panel);
});

const look = () => {
  for (const place of document.querySelectorAll("[data-acts]")) fill(place);
};
new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
setInterval(() => {
  if (!document.hidden && kept.panel?.isConnected) refresh(kept.panel);
}, EVERY_MS);
look();
