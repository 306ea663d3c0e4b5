// What a phone of the sandbox received, fifty at a time: what is new, and what came earlier.

export class Messages {
  // Of one address, or of all.
  constructor(to = "") {
    Object.assign(this, { to, newest: 0, oldest: 0, more: true });
  }

  // Return what came since the last look, in order: the first look brings the newest fifty.
  async fresh() {
    const found = [];
    for (let before = 0; ; before = found[0].id) {
      const page = await this.#page(before);
      found.unshift(...page.filter((each) => each.id > this.newest));
      if (!this.newest) this.more = page.length > 0;
      if (!this.newest || !page.length || page[0].id <= this.newest) break;
    }
    if (!found.length) return found;
    this.oldest ||= found[0].id;
    this.newest = found.at(-1).id;
    return found;
  }

  // Return the fifty before what is known, in order; none where there are no more.
  async earlier() {
    if (!this.oldest || !this.more) return [];
    const page = await this.#page(this.oldest);
    this.more = page.length > 0;
    if (this.more) this.oldest = page[0].id;
    return page;
  }

  async #page(before) {
    const asked = new URLSearchParams({ ...(this.to && { to: this.to }), ...(before && { before }) });
    const answer = await fetch(`/sandbox/messages?${asked}`).catch(() => null);
    return answer?.ok ? (await answer.json()).reverse() : [];
  }
}
