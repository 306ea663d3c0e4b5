// The page on which somebody becomes a customer: a code to a phone, who it is, a number and a plan.
"use strict";

const told = document.getElementById("told");
const form = document.getElementById("form");
// One application, however often the button is pressed.
const id = crypto.randomUUID();
let csrf = "";
let terms = "";

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": csrf },
    body: JSON.stringify(body || {}),
  });
  const said = await answer.json().catch(() => ({}));
  const why =
    typeof said.detail === "string"
      ? said.detail
      : said.mend && answer.status === 429
        ? said.mend
        : "请您核对填写的内容后再试。";
  return { ok: answer.ok, said, text: said.message || why };
}

function choices(name, options) {
  form.elements[name].replaceChildren(...options.map(([value, text]) => new Option(text, value)));
}

document.getElementById("send").addEventListener("click", async () => {
  told.textContent = (await post("/register/code", { phone: form.elements.phone.value.trim() })).text;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { agreed, ...given } = Object.fromEntries(new FormData(form));
  const { ok, text } = await post("/register", { ...given, id, terms, agreed: agreed === "on" });
  told.textContent = text;
  told.scrollIntoView();
  if (ok) form.hidden = true;
});

async function start() {
  csrf = (await post("/chat/session")).said.csrf;
  const sold = await (await fetch("/register/on-sale")).json();
  terms = sold.terms;
  choices(
    "number",
    sold.numbers.map((number) => [number, number]),
  );
  choices(
    "plan",
    sold.plans.map((plan) => [plan.code, `${plan.name}（${plan.told}）`]),
  );
  form.hidden = !sold.numbers.length;
  told.textContent = sold.numbers.length
    ? "请您填写下面的内容。"
    : "现在没有可以选的号码，请您明天再来，或者到营业厅办理。";
}

start().catch(() => {
  told.textContent = "暂时不能办理，请您稍后再试。";
});
