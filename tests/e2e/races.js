// A slow network within the page, for tests/e2e/test_desk_races.py: the desk's own scripts run against it. Every answer
// and every event comes after a random while, also those of streams that the page has closed.
(() => {
  const CUSTOMERS = 6;
  const chance = (most) => Math.floor(Math.random() * most);
  const wait = (most = 12) => new Promise((done) => setTimeout(done, chance(most)));
  const tokens = new Map(); // by conversation: every token that it ever had
  const current = (id) => tokens.get(id).at(-1);
  for (let id = 1; id <= CUSTOMERS; id++) tokens.set(id, [id * 1000]);
  const name = (id) => `客户${id}号`;
  const wrong = [];
  const counts = { sent: 0, notes: 0, acts: 0, refused: 0, races: 0, typed: 0 };

  const thread = (id) => `<div class="head" data-id="${id}" data-state="mine" data-token="${current(id)}" data-name="${name(id)}"
    data-channel="网页" data-last="${id}"><div class="whom"><p><b>${name(id)}</b></p></div></div>
    <ol class="lines"><li class="line customer" data-line="${id}" data-speaker="customer:0" data-seconds="1" data-day="今天"><p>${name(id)}说</p></li></ol>
    <div class="panel">${name(id)}</div>`;
  const ENDING = `<form><select name="about" required><option></option><option>query</option></select>
    <textarea name="summary"></textarea><p class="acts-told"></p></form>`;
  const list = () => `<section class="group" data-group="answer"><h2>待我回复</h2>${[...tokens.keys()]
    .map((id) => `<button type="button" class="row" data-open="${id}" data-unread="0" data-since="0">${name(id)}</button>`)
    .join("")}</section>`;

  const streams = new Set();
  window.EventSource = class extends EventTarget {
    constructor(url) {
      super();
      this.open = Number(new URL(url, location.href).searchParams.get("open"));
      streams.add(this);
      this.tell("mine", list());
      if (this.open) this.tell("thread", () => thread(this.open));
    }
    async tell(event, what) {
      await wait();
      const data = JSON.stringify(typeof what === "function" ? what() : what);
      this.dispatchEvent(new MessageEvent(event, { data }));
    }
    close() {
      setTimeout(() => streams.delete(this), 60); // for a while it goes on telling
    }
  };
  Object.assign(window.EventSource, { CLOSED: 2 });

  const real = window.fetch;
  window.fetch = async (url, given = {}) => {
    const found = /\/desk\/conversations\/(\d+)\/([a-z/-]+)/.exec(url);
    if (!found) return url.startsWith("/desk/") ? new Response("[]", { headers: { "content-type": "application/json" } }) : real(url, given);
    const [id, what] = [Number(found[1]), found[2]];
    const body = typeof given.body === "string" ? JSON.parse(given.body) : {};
    const asks = (given.method || "GET") === "GET";
    if (!asks) heard(id, what, body);
    await wait();
    if (chance(20) === 0) throw new TypeError("the network is gone");
    if (what === "ending" && asks) return new Response(ENDING);
    const answers = { draft: { text: "" }, suggestions: { replies: [], articles: [] }, check: { reason: "", warning: "" } };
    const stale = "token" in body && body.token !== current(id);
    if (stale) counts.refused += 1;
    return Response.json(stale ? { error: "not_owner" } : answers[what] || {}, { status: stale ? 409 : 200 });
  };

  // Whatever comes in must be for the customer whose name stands in it, under a token of that conversation.
  function heard(id, what, body) {
    const text = body.text || "";
    const meant = /客户(\d+)号/.exec(text);
    if (meant && Number(meant[1]) !== id) wrong.push({ what, id, text });
    if ("token" in body && !tokens.get(id).includes(body.token)) wrong.push({ what, id, token: body.token });
    if (["ending", "hand-back"].includes(what) && asked !== name(id)) wrong.push({ what, id, asked });
    if (what === "messages") counts.sent += 1;
    else if (what === "notes") counts.notes += 1;
    else if (["ending", "hand-back"].includes(what)) counts.acts += 1;
  }

  let asked = ""; // whom the question on the screen names
  const $ = (id) => document.getElementById(id);
  const onScreen = () => document.querySelector("#head .whom b")?.textContent || "";
  const choose = () => {
    const row = document.querySelectorAll("#mine .row")[chance(CUSTOMERS)];
    row?.click();
    // In this very frame nothing of another customer is there, and nothing can be written.
    if (!row || !location.hash.endsWith(`#${row.dataset.open}`)) return;
    if (onScreen() || $("lines").children.length || $("panel").textContent || !$("answer").hidden || $("text").value)
      wrong.push({ what: "stays on the screen", id: row.dataset.open, shown: onScreen() });
  };
  const type = () => {
    if ($("text").disabled || !onScreen()) return;
    counts.typed += 1;
    $("text").value = `给${onScreen()}的话${counts.typed}`;
    $("text").dispatchEvent(new Event("input"));
  };
  const send = () => $("answer").hidden || $("answer").requestSubmit();
  const turn = () => document.body.dispatchEvent(new KeyboardEvent("keydown", { code: "KeyN", altKey: true, bubbles: true }));
  const step = () => {
    const id = 1 + chance(CUSTOMERS);
    tokens.get(id).push(current(id) + 1); // a colleague or a supervisor did something
    for (const stream of streams) if (stream.open === id) stream.tell("thread", () => thread(id));
  };
  const late = () => {
    for (const stream of streams) if (stream.open) stream.tell("thread", () => thread(stream.open));
  };
  const end = async () => {
    if ($("acts").hidden) return;
    $("close").click();
    if (!$("end-sheet").open) return;
    asked = /结束与(.*)的会话/.exec($("end-title").textContent)[1];
    await wait(30);
    const form = $("end-place").querySelector("form");
    if (form) form.elements.about.value = "query";
    if (form) form.requestSubmit();
    await wait(5);
    if (chance(2)) $("stay").click();
  };
  const handBack = async () => {
    if ($("acts").hidden) return;
    $("hand-back").click();
    if (!$("sure").open) return;
    asked = /把(.*)交回/.exec($("sure-title").textContent)[1];
    await wait(8);
    $("sure-yes").click();
    await wait(5);
  };
  const check = () => {
    const meant = /客户(\d+)号/.exec($("text").value);
    if (meant && Number(meant[1]) !== Number(location.hash.slice(1))) wrong.push({ what: "draft", text: $("text").value });
  };

  window.race = async (count) => {
    const acts = [choose, choose, type, type, type, send, send, send, turn, step, step, late, end, handBack];
    while (counts.races < count) {
      counts.races += 1;
      choose();
      await wait(24);
      for (let act = 0; act < 6; act++) {
        await acts[chance(acts.length)]();
        check();
        if (chance(3) === 0) await wait(8);
      }
    }
    await wait(24);
    return { wrong: wrong.slice(0, 5), wrongs: wrong.length, counts };
  };
})();
