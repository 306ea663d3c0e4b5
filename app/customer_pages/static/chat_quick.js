// What may be said with one press, under the newest line only and gone once used: what the service offers, and the ways
// that are always open: to a person, or out of the queue.
import { element } from "./chat_lines.js";

const ALWAYS = { bot: ["转人工"], nobody: ["转人工"], queue: ["请给我回电", "不等了"], agent: [] };

export class Quick {
  // Show buttons in `box`; `say` says what is pressed.
  constructor(box, say) {
    Object.assign(this, { box, say, offered: [], owner: "bot" });
    this.used = new Set();
  }

  offer(buttons) {
    this.offered = buttons;
    this.#show();
  }

  // A line came: the service's may offer something else, the customer's has used up what was offered.
  heard({ author, text, buttons }) {
    if (author === "customer") {
      this.offered = [];
      this.used.add(text);
    } else if (buttons?.length) this.offered = buttons;
    if (author === "bot") this.used.clear();
    this.#show();
  }

  // Somebody else serves.
  served(owner) {
    if (owner !== this.owner) this.used.clear();
    this.owner = owner;
    this.#show();
  }

  #show() {
    const titles = this.offered.map((each) => each.title);
    const open = ALWAYS[this.owner].filter((each) => !titles.includes(each) && !this.used.has(each));
    const all = [...this.offered, ...open.map((each) => ({ title: each, payload: each }))];
    const held = this.box.contains(this.box.getRootNode().activeElement);
    this.box.replaceChildren(
      ...all.map(({ title, payload }) => {
        const button = element("button", { type: "button", textContent: title });
        button.addEventListener("click", () => this.say(payload));
        return button;
      }),
    );
    // Who pressed one by keyboard stays in the chat.
    if (held) this.box.closest(".log").focus({ preventScroll: true });
  }
}
