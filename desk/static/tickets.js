// Tickets: links and forms of the page change it in place, so that the focus, the place in the list and what is half
// written stay. Without this script the same links and forms load the page anew.

import { element } from "./page.js";
import { sure } from "./sure.js";

const EVERY_MS = 5000;
const main = () => document.querySelector("main");
const drawer = () => document.getElementById("drawer");
let asking = 0;

async function load(url, options) {
  const mine = ++asking;
  const answer = await fetch(url, { headers: { Accept: "text/html" }, ...options });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asking) return false; // another ticket was chosen meanwhile
  if (!page.querySelector("#tickets")) {
    location.assign("/complaints"); // signed out, or not allowed: the page says which
    return false;
  }
  const before = drawer()?.dataset.number;
  main().replaceWith(page.querySelector("main"));
  if (drawer() && drawer().dataset.number !== before) drawer().classList.add("fresh");
  const shown = new URL(answer.url);
  shown.searchParams.delete("done");
  if (!options || answer.redirected) history.replaceState(null, "", shown.pathname + shown.search);
  hideLater();
  return true;
}

function failed(beside) {
  const textContent = "没有连上，您写的内容还在，请您再试一次。";
  beside.before(element("p", { className: "told bad", role: "alert", textContent }));
}

async function go(url, focus) {
  try {
    if (await load(url)) focus?.();
  } catch {
    failed(document.getElementById("tickets"));
  }
}

function closed() {
  const number = drawer().dataset.number;
  const url = drawer().querySelector(".close").href;
  go(url, () => (document.querySelector(`[data-ticket="${number}"]`) ?? document.querySelector(".tabs a"))?.focus());
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.closest("main")) return;
  event.preventDefault();
  if (form.dataset.busy) return; // a second click on the same step
  const { ask, told, yes } = form.dataset;
  if (ask && !(await sure(ask, told, yes, true))) return;
  form.dataset.busy = "yes";
  const button = form.querySelector("button");
  button.disabled = true;
  const body = new URLSearchParams(new FormData(form));
  const draft = form.hasAttribute("data-draft") ? null : document.querySelector("[data-draft] textarea")?.value;
  try {
    if (!(await load(form.action, { method: "POST", body }))) return;
    if (draft) document.querySelector("[data-draft] textarea").value = draft;
    (document.querySelector(".told.bad") ? document.querySelector("[data-draft] textarea") : drawer())?.focus({
      preventScroll: true,
    });
  } catch {
    failed(form);
    delete form.dataset.busy;
    button.disabled = false;
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("main a[href^='/complaints']");
  const row = event.target.closest("main tbody tr")?.querySelector("[data-ticket]");
  const chosen = link ?? row;
  if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey || getSelection().toString()) return;
  event.preventDefault();
  if (chosen.matches(".close")) closed();
  else
    go(chosen.href, () =>
      chosen.dataset.ticket ? drawer()?.focus({ preventScroll: true }) : document.querySelector(".tabs a")?.focus(),
    );
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawer() && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    closed();
  }
  const steps = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };
  const inRows = !event.target.closest("input, textarea, select, .drawer, [contenteditable]");
  if (!(event.key in steps) || !inRows || event.ctrlKey || event.altKey || event.metaKey) return;
  const links = [...document.querySelectorAll("[data-ticket]")];
  if (!links.length) return;
  event.preventDefault();
  const at = links.indexOf(document.activeElement);
  const from = at >= 0 ? at : links.findIndex((link) => link.ariaCurrent);
  links[Math.min(Math.max(from + steps[event.key], 0), links.length - 1)].focus();
});

async function beside() {
  const open = drawer();
  if (!open || document.hidden) return;
  const written = open.querySelector("[data-draft] textarea").value;
  const query = new URLSearchParams({ seen: open.dataset.seen, writes: String(Boolean(written)) });
  const answer = await fetch(`/complaints/${open.dataset.number}/beside?${query}`).catch(() => null);
  if (!answer?.ok || drawer() !== open) return;
  const { looking, new: done } = await answer.json();
  const line = open.querySelector(".beside");
  const names = looking.map((each) => `${each.name}也打开了这张单${each.writes ? "，正在写" : ""}`);
  const said = [...names, ...done.map((each) => `刚才 ${each}`)].join("；");
  if (line.dataset.said === said) return;
  line.dataset.said = line.textContent = said;
  line.hidden = !said;
  if (!done.length) return;
  const look = element("button", { type: "button", textContent: "看一下" });
  look.addEventListener("click", async () => {
    const text = open.querySelector("[data-draft] textarea").value;
    const deed = open.querySelector("[name=deed]:checked")?.value;
    await go(location.href, () => {
      const form = document.querySelector("[data-draft]");
      form.querySelector("textarea").value = text;
      const same = form.querySelector(`[value="${deed}"]`);
      if (same) same.checked = true;
      form.querySelector("textarea").focus();
    });
  });
  line.append(" ", look);
}

function hideLater() {
  const shown = document.querySelector("[data-hide]");
  if (shown) setTimeout(() => shown.remove(), shown.dataset.hide * 1000);
}

setInterval(beside, EVERY_MS);
hideLater();
