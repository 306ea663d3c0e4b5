// The page on which somebody becomes a customer: a code to a phone, who it is, a number and a plan.
import { $, call, done, tell, whoIsHere } from "./page.js";

const form = $("form");
// One application, however often the button is pressed.
const id = crypto.randomUUID();
let terms = "";

function choices(name, options) {
  form.elements[name].replaceChildren(...options.map(([value, text]) => new Option(text, value)));
}

async function go(path, body) {
  const went = await done(path, body);
  $("told").scrollIntoView({ block: "center" });
  return went;
}

$("send").addEventListener("click", () => go("/register/code", { phone: form.elements.phone.value.trim() }));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { agreed, ...given } = Object.fromEntries(new FormData(form));
  if (await go("/register", { ...given, id, terms, agreed: agreed === "on" })) form.hidden = true;
});

async function start() {
  await whoIsHere();
  const { said: sold } = await call("/register/on-sale");
  terms = sold.terms;
  const numbers = sold.numbers.map((number) => [number, number]);
  const plans = sold.plans.map((plan) => [plan.code, `${plan.name}（${plan.told}）`]);
  choices("number", numbers);
  choices("plan", plans);
  form.hidden = !numbers.length;
  tell(numbers.length ? "请您填写下面的内容。" : "现在没有可以选的号码，请您明天再来，或者到营业厅办理。");
}

start().catch(() => tell("暂时不能办理，请您稍后再试。", "bad"));
