"use strict";

const told = document.getElementById("told");
const wishes = document.getElementById("wishes");
let csrf = "";

async function call(path, body) {
  const answer = await fetch(
    `/chat/${path}`,
    body === undefined
      ? {}
      : {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRF": csrf },
          body: JSON.stringify(body),
        },
  );
  const said = await answer.json();
  return {
    ok: answer.ok,
    said,
    text: said.message || (typeof said.detail === "string" ? said.detail : "请您稍后再试。"),
  };
}

function row(wish) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = wish.given;
  box.addEventListener("change", async () => {
    const { ok, text } = await call("consents", { purpose: wish.purpose, channel: wish.channel, given: box.checked });
    if (!ok) box.checked = !box.checked;
    told.textContent = text;
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
    wishes.append(group);
  }
}

document.getElementById("erase").addEventListener("click", async () => {
  if (!confirm("删除后不能恢复，您确定要删除吗？")) return;
  told.textContent = (await call("erase", {})).text;
  told.scrollIntoView();
});

call("session", {}).then(async ({ said }) => {
  csrf = said.csrf;
  if (!said.signed_in) {
    told.textContent = "请您先返回首页登录，再查看和设置。";
    return;
  }
  document.getElementById("own").hidden = false;
  told.textContent = `您已登录：${said.signed_in}`;
  show((await call("consents")).said);
});
