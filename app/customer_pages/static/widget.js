// The chat widget: one script tag on any page. Everything it shows it has read from the customer's mailbox, from
// the last letter that it saw on: after a reload or a lost connection nothing is missed and nothing comes twice.
// On another site's page it stands in a frame of ours, so that neither page can reach into the other.
"use strict";

(() => {
  const home = new URL(document.currentScript.src).origin;
  const framed = window.parent !== window;

  function embed() {
    const frame = document.createElement("iframe");
    const size = (open) =>
      Object.assign(
        frame.style,
        open ? { width: "min(26rem, 100vw)", height: "min(42rem, 100vh)" } : { width: "10rem", height: "5.5rem" },
      );
    Object.assign(frame, { src: `${home}/chat/frame`, title: "在线客服" });
    Object.assign(frame.style, {
      position: "fixed",
      right: "0",
      bottom: "0",
      border: "0",
      zIndex: "2147483000",
      colorScheme: "normal",
    });
    size(false);
    addEventListener("message", (event) => {
      if (event.source === frame.contentWindow && event.origin === home && typeof event.data?.kefuOpen === "boolean")
        size(event.data.kefuOpen);
    });
    document.body.appendChild(frame);
  }
  if (home !== location.origin) return embed();

  const MARKUP = `
    <link rel="stylesheet" href="/static/widget.css">
    <button class="open" type="button" aria-expanded="false">在线客服</button>
    <section class="panel" role="dialog" aria-label="在线客服" hidden>
      <div class="head"><b>在线客服</b><span class="state" role="status"></span><button type="button" class="shut" aria-label="收起">✕</button></div>
      <form class="sign">
        <label class="hidden" for="phone">手机号码</label><input id="phone" class="phone" inputmode="tel" maxlength="30" placeholder="手机号码" autocomplete="tel">
        <button type="button" class="get">获取验证码</button>
        <label class="hidden" for="code">验证码</label><input id="code" class="code" inputmode="numeric" maxlength="12" placeholder="验证码" autocomplete="one-time-code">
        <button class="primary enter">登录</button>
        <span class="hint" role="status"></span>
      </form>
      <div class="log" role="log" aria-live="polite" aria-label="对话" tabindex="0"><ol class="lines"></ol></div>
      <p class="writing" role="status"></p>
      <form class="write">
        <label class="hidden" for="text">您要说的话</label>
        <label class="attach" title="图片"><span class="hidden">图片</span><svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"><rect x="3" y="5" width="18" height="14" rx="2"/><circle cx="8.5" cy="10" r="1.5"/><path d="m4 18 5.5-5 3.5 3 3-2.5 4 4"/></svg><input class="file hidden" type="file" accept="image/jpeg,image/png,image/webp,image/gif"></label>
        <textarea id="text" maxlength="2000" placeholder="请输入您的问题"></textarea>
        <button class="primary">发送</button>
      </form>
    </section>`;
  const WHO = { bot: "智能客服", agent: "人工客服", system: "" };
  const OWNERS = {
    bot: "智能客服为您服务",
    queue: "正在为您转接人工，请稍等",
    agent: "人工客服为您服务",
    nobody: "智能客服为您服务",
  };

  const host = document.body.appendChild(document.createElement("div"));
  host.id = "kefu-chat";
  host.classList.toggle("framed", framed);
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = MARKUP;
  const $ = (selector) => root.querySelector(selector);
  let session = null;
  let last = 0;
  let stream = null;
  let ready = false;
  let owner = "bot";
  const shown = new Set();
  let agent = "";
  // A browser may keep nothing for a frame: then it is kept as long as the page stands.
  const kept = {};
  const remember = (name, value) => {
    kept[name] = value;
    try {
      localStorage.setItem(`kefu-${name}`, value);
    } catch {
      /* kept above */
    }
  };
  const remembered = (name) => {
    try {
      return localStorage.getItem(`kefu-${name}`);
    } catch {
      return kept[name];
    }
  };
  const waiting = JSON.parse(remembered("waiting") || "[]"); // written, not yet accepted by the server

  async function call(path, body) {
    const response = await fetch(`/chat/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(session ? { "X-CSRF": session.csrf } : {}) },
      body: JSON.stringify(body || {}),
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok)
      throw Object.assign(new Error(answer.detail || answer.mend || "请您稍后再试。"), { status: response.status });
    return answer;
  }

  function connect() {
    if (stream) stream.close();
    stream = new EventSource(`/chat/events?after=${last}`);
    stream.addEventListener("message", (event) => line(JSON.parse(event.data)));
    stream.addEventListener("owner", (event) => {
      ({ owner, agent = "" } = JSON.parse(event.data));
      state();
    });
    stream.addEventListener("typing", () => dots("人工客服正在输入", 6000));
    stream.onopen = () => {
      state();
      flush();
    };
    stream.onerror = () => {
      state("连接中断，正在重连…");
      // The browser tries again by itself, but not after an answer that is no stream: a proxy's, an ended session's.
      if (stream.readyState === EventSource.CLOSED) {
        clearTimeout(again);
        again = setTimeout(start, 2000);
      }
    };
  }

  function state(text) {
    const who = owner === "agent" && agent ? `${agent}为您服务` : OWNERS[owner];
    $(".state").textContent = text || (ready || owner !== "bot" ? who : "服务正在启动，您的消息会在启动后马上答复");
  }

  // Somebody is writing: until the next line comes, or for so many milliseconds.
  let still = null;
  function dots(words, milliseconds) {
    clearTimeout(still);
    $(".writing").textContent = words;
    $(".writing").classList.toggle("on", !!words);
    if (words) still = setTimeout(() => dots(""), milliseconds);
  }

  async function poll() {
    ready = await fetch("/healthz")
      .then((response) => response.ok)
      .catch(() => false);
    state();
    setTimeout(poll, ready ? 30000 : 1500);
  }

  function line(letter) {
    if (letter.id && typeof letter.id === "number") last = Math.max(last, letter.id);
    const key = letter.author === "customer" ? `c${letter.key || letter.id}` : `m${letter.id}`;
    root.querySelector(`[data-key="${key}"]`)?.classList.remove("unsent");
    if (shown.has(key)) return;
    shown.add(key);
    if (letter.author !== "customer") dots("");
    const item = document.createElement("li");
    item.className = letter.author;
    item.dataset.key = key;
    if (WHO[letter.author])
      item.appendChild(
        Object.assign(document.createElement("span"), { className: "who", textContent: WHO[letter.author] }),
      );
    item.append(letter.text || "");
    if (letter.image) {
      const chart = Object.assign(item.appendChild(new Image()), {
        src: letter.image,
        alt: "图表：内容与上一条文字相同",
      });
      chart.addEventListener("load", () => item.scrollIntoView({ block: "end" }));
    }
    if (letter.picture) {
      const link = Object.assign(item.appendChild(document.createElement("a")), {
        href: `/chat/pictures/${letter.picture}`,
        target: "_blank",
        rel: "noopener",
      });
      const shot = Object.assign(link.appendChild(new Image()), { src: link.href, alt: "您发送的图片" });
      shot.addEventListener("load", () => item.scrollIntoView({ block: "end" }));
    }
    if (letter.buttons) item.appendChild(choices(letter.buttons));
    if (letter.custom?.sign_in) $(".phone").focus();
    $(".lines").appendChild(item).scrollIntoView({ block: "end" });
  }

  // Said by the page itself, before anything was written; it is no message and is stored nowhere.
  function welcome() {
    const item = $(".lines").appendChild(Object.assign(document.createElement("li"), { className: "welcome" }));
    item.append("您好，请问有什么可以帮您？");
    item.appendChild(
      choices(["查话费", "查流量", "查账单", "宽带报修", "转人工"].map((title) => ({ title, payload: title }))),
    );
  }

  function choices(buttons) {
    const box = Object.assign(document.createElement("div"), { className: "choices" });
    for (const choice of buttons) {
      const button = box.appendChild(
        Object.assign(document.createElement("button"), { type: "button", textContent: choice.title }),
      );
      button.addEventListener("click", () => send(choice.payload));
    }
    return box;
  }

  function send(text) {
    waiting.push({ id: crypto.randomUUID(), text });
    flush();
  }

  let flushing = false;
  async function flush() {
    remember("waiting", JSON.stringify(waiting));
    for (const message of waiting) {
      line({ author: "customer", key: message.id, text: message.text });
      root.querySelector(`[data-key="c${message.id}"]`).classList.add("unsent");
    }
    if (flushing || !session) return;
    flushing = true;
    try {
      while (waiting.length) {
        try {
          await call("messages", waiting[0]);
          if (owner === "bot") dots("智能客服正在输入", 20000);
        } catch (error) {
          if (!(error.status >= 400 && error.status < 500)) throw error;
          if (error.status === 401 || error.status === 403) {
            await begin();
            continue;
          }
          if (error.status === 429) {
            state(error.message);
            throw error;
          } // too fast: it goes out in a moment
        }
        root.querySelector(`[data-key="c${waiting[0].id}"]`)?.classList.remove("unsent");
        waiting.shift();
        remember("waiting", JSON.stringify(waiting));
      }
    } catch {
      setTimeout(flush, 2000); // the network is gone; the same id makes the repeat harmless
    } finally {
      flushing = false;
    }
  }

  async function begin() {
    session = await call(`session${framed ? "?framed=true" : ""}`);
    signed();
  }

  function signed() {
    const form = $(".sign");
    for (const part of form.querySelectorAll("input, .get")) part.hidden = !!session.signed_in;
    $(".enter").textContent = session.signed_in ? "退出登录" : "登录";
    hint(
      session.signed_in
        ? `您已登录：${session.signed_in}`
        : session.demo
          ? "演示：验证码在 /sandbox 页面查看。"
          : "登录后可查询和办理本人业务。",
    );
  }

  function hint(text, bad) {
    $(".hint").textContent = text;
    $(".hint").classList.toggle("bad", !!bad);
  }

  $(".get").addEventListener("click", async () => {
    try {
      hint((await call("code", { phone: $(".phone").value.trim() })).message);
      $(".code").focus();
    } catch (error) {
      hint(error.status === 422 ? "请您输入11位手机号码。" : error.message, true);
    }
  });

  $(".sign").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const leaving = !!session.signed_in;
      session = leaving
        ? await call("sign-out")
        : await call("sign-in", { phone: $(".phone").value.trim(), code: $(".code").value.trim() });
      $(".code").value = "";
      if (leaving) {
        $(".lines").replaceChildren();
        shown.clear();
        last = 0;
        welcome();
      }
      signed();
      connect();
    } catch (error) {
      hint(error.status === 422 ? "请您输入手机号码和6位验证码。" : error.message, true);
    }
  });

  $(".write").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("textarea").value.trim();
    if (!text) return;
    $("textarea").value = "";
    send(text);
  });
  // A picture is sent at once or not at all: it is not kept in the browser for later.
  async function sendPicture(file) {
    if (file.size > 5 * 1024 * 1024) return state("图片超过5MB，请您压缩或者截取后再发送。");
    state("正在发送图片…");
    const response = await fetch(`/chat/pictures?id=${crypto.randomUUID()}`, {
      method: "POST",
      headers: { "X-CSRF": session.csrf },
      body: file,
    }).catch(() => null);
    const answer = response && !response.ok ? await response.json().catch(() => ({})) : {};
    state(response?.ok ? "" : answer.detail || "图片没有发送成功，请您再试一次。");
  }
  $(".file").addEventListener("change", () => {
    const [file] = $(".file").files;
    if (file && session) sendPicture(file);
    $(".file").value = "";
  });
  $("textarea").addEventListener("paste", (event) => {
    const file = [...event.clipboardData.files].find((each) => each.type.startsWith("image/"));
    if (file && session) {
      event.preventDefault();
      sendPicture(file);
    }
  });
  let told = 0; // when the agent was last told that the customer is writing
  $("textarea").addEventListener("input", () => {
    if (owner !== "agent" || Date.now() - told < 3000 || !$("textarea").value) return;
    told = Date.now();
    call("typing").catch(() => null);
  });
  $("textarea").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $(".write").requestSubmit();
    }
  });

  function toggle(open) {
    $(".panel").hidden = !open;
    $(".open").hidden = open;
    $(".open").setAttribute("aria-expanded", String(open));
    remember("open", open ? "1" : "");
    if (framed) window.parent.postMessage({ kefuOpen: open }, "*");
    if (open) $("textarea").focus();
  }
  $(".open").addEventListener("click", () => toggle(true));
  $(".shut").addEventListener("click", () => {
    toggle(false);
    $(".open").focus();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      toggle(false);
      $(".open").focus();
    }
  });

  let again = null;
  async function start() {
    try {
      await begin();
    } catch {
      state("暂时连接不上，正在重试…");
      again = setTimeout(start, 2000);
      return;
    }
    connect();
  }
  welcome();
  toggle(remembered("open") === "1");
  start();
  poll();
})();
