// What was said, as the customer sees it: day lines, the speaker once a group, times, and how far an own line has come.

const WHO = { bot: "智能客服", agent: "人工客服" };
const SIGN = { bot: "bot", agent: "headset" };
const TOGETHER = 3 * 60 * 1000; // lines of one speaker within so many milliseconds are a group
const STATES = {
  sending: ["clock", "发送中"],
  sent: ["check", "已送达"],
  failed: ["circle-alert", ""],
};
const LINK = /(https?:\/\/[\w\-./?=&%#:]+)/;
const SVG = "http://www.w3.org/2000/svg";

export function element(name, values = {}, ...inside) {
  const made = Object.assign(document.createElement(name), values);
  made.append(...inside);
  return made;
}

export function icon(name, size = 20) {
  const made = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: "icon", width: size, height: size, "aria-hidden": "true" }))
    made.setAttribute(key, value);
  made.appendChild(document.createElementNS(SVG, "use")).setAttribute("href", `/desk/static/icons.svg#${name}`);
  return made;
}

const two = (number) => String(number).padStart(2, "0");
export const minute = (at) => `${at.getHours()}:${two(at.getMinutes())}`;

// Return the day of a moment as a day line says it: 今天, 昨天, 11月3日, and of another year 2025年11月3日.
export function day(at, now = new Date()) {
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  const gone = Math.round((midnight(now) - midnight(at)) / 86400000);
  if (gone === 0) return "今天";
  if (gone === 1) return "昨天";
  const date = `${at.getMonth() + 1}月${at.getDate()}日`;
  return at.getFullYear() === now.getFullYear() ? date : `${at.getFullYear()}年${date}`;
}

export class Lines {
  // Draw into `list`; `again` is called with the key of an own line that is to be sent once more.
  constructor(list, again = () => null) {
    [this.list, this.again, this.last] = [list, again, null];
    this.shown = new Map();
  }

  // Show a letter, once: {author, text, at, image, picture}; an own one has the browser's key until it comes back.
  // Returns whether it is new.
  add(letter) {
    const key = letter.author === "customer" ? `c${letter.key || letter.id}` : `m${letter.id}`;
    const at = letter.at ? new Date(letter.at) : new Date();
    const there = this.shown.get(key);
    if (there) {
      if (letter.id) this.#arrived(there, letter, at);
      return false;
    }
    const item = element("li", { className: letter.author });
    item.dataset.key = key;
    this.#place(item, letter.author, at);
    if (WHO[letter.author])
      item.append(
        element("span", { className: "by" }, element("b", { textContent: WHO[letter.author] }), time(at)),
        avatar(letter.author),
      );
    if (letter.author === "system") item.append(time(at), " ");
    item.append(bubble(letter));
    if (letter.author === "customer") item.append(element("span", { className: "foot" }, time(at), element("span")));
    this.list.append(item);
    this.shown.set(key, item);
    if (letter.author === "customer") this.mark(letter.key || letter.id, letter.id ? "sent" : "sending");
    return true;
  }

  // The page's own first words, which are no message and stored nowhere.
  greet(text) {
    this.list.append(element("li", { className: "welcome" }, avatar("bot"), bubble({ text })));
  }

  // Say how far an own line has come: "sending", "sent", or "failed" with the reason.
  mark(key, state, why = "") {
    const item = this.shown.get(`c${key}`);
    if (!item || item.dataset.state === "sent") return;
    item.dataset.state = state;
    item.classList.toggle("unsent", state !== "sent");
    const [sign, words] = STATES[state];
    const told = element("span", { className: "mark" }, icon(sign, 14), element("span", { textContent: why || words }));
    if (state === "failed") {
      told.setAttribute("role", "alert");
      const button = element("button", { type: "button", className: "link-like", textContent: "重试" });
      button.addEventListener("click", () => this.again(key));
      told.append(button);
    }
    item.querySelector(".foot").lastChild.replaceWith(told);
  }

  clear() {
    this.list.replaceChildren();
    this.shown.clear();
    this.last = null;
  }

  // What was drawn when it was written is stored now: with its time, and a picture with itself.
  #arrived(item, letter, at) {
    if (letter.author !== "customer") return;
    this.mark(letter.key || letter.id, "sent");
    item.querySelector("time").replaceWith(time(at));
    if (letter.picture && !item.querySelector("img")) item.querySelector(".bubble").replaceWith(bubble(letter));
  }

  #place(item, author, at) {
    const before = this.last;
    this.last = { author, at };
    if (!before || day(before.at) !== day(at)) {
      item.classList.add("new-day");
      item.append(element("span", { className: "day", textContent: `${day(at)} ${minute(at)}` }));
    } else if (before.author === author && author !== "system" && at - before.at < TOGETHER)
      item.classList.add("together");
  }
}

function time(at) {
  return element("time", { dateTime: at.toISOString(), textContent: minute(at) });
}

function avatar(author) {
  const made = element("span", { className: `avatar ${author}` }, icon(SIGN[author], 16));
  made.setAttribute("aria-hidden", "true");
  return made;
}

function bubble({ author, text, image, picture }) {
  const made = element("div", { className: "bubble" });
  for (const [n, part] of (text || "").split(author === "customer" ? /$^/ : LINK).entries())
    made.append(n % 2 ? element("a", { href: part, target: "_blank", rel: "noopener", textContent: part }) : part);
  if (image) made.append(element("img", { src: image, alt: "图表：内容与上一条文字相同" }));
  if (picture) {
    const address = `/chat/pictures/${picture}`;
    const shot = element("img", { src: address, alt: "您发送的图片" });
    made.append(element("a", { href: address, target: "_blank", rel: "noopener" }, shot));
  }
  return made;
}
