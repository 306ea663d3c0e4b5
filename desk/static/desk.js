// The desk's page: the server renders lists and thread; this puts the parts together and begins.

import "./acts.js";
import "./help.js";
import "./keys.js";
import { chosen } from "./chosen.js";
import { showList } from "./list.js";
import { $, call } from "./page.js";
import { connect, on } from "./stream.js";
import { show } from "./thread.js";

const STATES = { ready: "示闲", busy: "示忙", away: "离开" };

for (const name of ["mine", "queue", "others"]) on(name, (html) => showList(name, html));
on("thread", show);
on("state", (state) => {
  $("presence").textContent = STATES[state] || STATES.busy;
  $("presence").dataset.state = state || "busy";
  $("presence").setAttribute("aria-pressed", String(state === "ready"));
});
$("presence").addEventListener("click", () =>
  call("POST", "presence", { state: $("presence").dataset.state === "ready" ? "busy" : "ready" }),
);

document.body.dataset.page = chosen() ? "thread" : "list";
$("nothing").hidden = !!chosen();
$("scroll").hidden = !chosen();
connect();
