// What the customer has written and the service has not taken yet: kept in the browser, sent in order, each once. What
// did not go out is tried again by itself and by its button; what was refused waits for the button alone.

const AGAIN = 2000;

// kept     {read(), write(text)}: where it outlives a reload
// deliver  sends one {id, text}; throws an error with `status` (none where nothing came back) and `message`
// renew    begins the session anew, after 401 and 403
// mark     says how far a line has come (chat_lines.js)
export class Outgoing {
  constructor({ kept, deliver, renew, mark }) {
    Object.assign(this, { kept, deliver, renew, mark, flushing: false, timer: null });
    this.waiting = JSON.parse(kept.read() || "[]");
  }

  add(text) {
    const message = { id: crypto.randomUUID(), text };
    this.waiting.push(message);
    this.#keep();
    return message;
  }

  // Try one again that the customer wants sent.
  again(id) {
    const message = this.waiting.find((each) => each.id === id);
    if (message) delete message.why;
    this.mark(id, "sending");
    return this.flush();
  }

  // Send what waits; `ready` is whether there is a session.
  async flush(ready = true) {
    clearTimeout(this.timer);
    for (const { id, why } of this.waiting) if (why) this.mark(id, "failed", why);
    if (this.flushing || !ready) return;
    this.flushing = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) await this.#send(next);
    } catch (error) {
      // The network is gone, or it was too fast: the same id makes the repeat harmless.
      for (const { id, why } of this.waiting)
        if (!why) this.mark(id, "failed", error.status === 429 ? "稍后自动发出" : "还没有发出，正在重试");
      this.timer = setTimeout(() => this.flush(), AGAIN);
    } finally {
      this.flushing = false;
    }
  }

  async #send(message) {
    try {
      await this.deliver(message);
    } catch (error) {
      if (error.status === 401 || error.status === 403) return this.renew();
      if (!(error.status >= 400 && error.status < 500) || error.status === 429) throw error;
      message.why = `没有发出：${error.message}`;
      this.mark(message.id, "failed", message.why);
      return this.#keep();
    }
    this.mark(message.id, "sent");
    this.waiting.splice(this.waiting.indexOf(message), 1);
    this.#keep();
  }

  #next() {
    return this.waiting.find((each) => !each.why);
  }

  #keep() {
    this.kept.write(JSON.stringify(this.waiting));
  }
}
