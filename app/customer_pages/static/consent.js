// The page of a customer's own consents and data.
import { $, call, done, forCustomers } from "./page.js";

function row(wish) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  label.className = "check";
  box.type = "checkbox";
  box.checked = wish.given;
  box.addEventListener("change", async () => {
    const wished = { purpose: wish.purpose, channel: wish.channel, given: box.checked };
    if (!(await done("/chat/consents", wished))) box.checked = !box.checked;
  });
  label.append(box, ` ${wish.on}`);
  return label;
}

function show(all) {
  for (const purpose of new Set(all.map((wish) => wish.purpose))) {
    const own = all.filter((wish) => wish.purpose === purpose);
    const group = document.createElement("fieldset");
    const legend = document.createElement("legend");
    const shown = document.createElement("p");
    legend.textContent = own[0].name;
    shown.textContent = own[0].shown;
    group.append(legend, shown, ...own.map(row));
    $("wishes").append(group);
  }
}

$("erase").addEventListener("click", () => $("sure").showModal());
$("sure").addEventListener("submit", async (event) => {
  if (event.submitter.value !== "yes") return;
  await done("/chat/erase", {});
  $("told").scrollIntoView({ block: "center" });
});

forCustomers("请您先返回首页登录，再查看和设置。", async () => {
  $("own").hidden = false;
  show((await call("/chat/consents")).said);
});
