// Who the customer is: one quiet line, and the form behind it.

export class Account {
  // `root` holds the chat, `call` calls the service; `changed` is told the new session, and whether the customer left.
  constructor(root, call, changed) {
    Object.assign(this, { root, call, changed, session: null });
    this.$(".door").addEventListener("click", () => (this.session?.signed_in ? this.#leave() : this.#open(!this.open)));
    this.$(".get").addEventListener("click", () => this.#code());
    this.$(".sign").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#enter();
    });
    this.#open(false);
  }

  // Show whose session it is.
  show(session) {
    this.session = session;
    const known = session.signed_in;
    this.$(".known").textContent = !known
      ? "登录后可查询和办理本人业务"
      : known.includes("登录")
        ? known
        : `${known} 已登录`;
    this.#open(this.open && !known);
  }

  // The customer has to sign in for what they want.
  ask() {
    if (this.session?.signed_in) return;
    this.#open(true);
    this.$(".phone").focus();
  }

  $(selector) {
    return this.root.querySelector(selector);
  }

  get open() {
    return !this.$(".sign").hidden;
  }

  #open(open) {
    this.$(".sign").hidden = !open;
    this.$(".door").textContent = this.session?.signed_in ? "退出" : open ? "先不登录" : "登录";
    this.#hint(this.session?.demo ? "演示：验证码在 /sandbox 页面查看。" : "");
  }

  #hint(text, bad = false) {
    this.$(".hint").textContent = text;
    this.$(".hint").classList.toggle("bad", bad);
  }

  async #code() {
    try {
      this.#hint((await this.call("code", { phone: this.$(".phone").value.trim() })).message);
      this.$(".code").focus();
    } catch (error) {
      this.#hint(error.status === 422 ? "请您输入11位手机号码。" : error.message, true);
    }
  }

  async #enter() {
    const given = { phone: this.$(".phone").value.trim(), code: this.$(".code").value.trim() };
    try {
      this.show(await this.call("sign-in", given));
      this.$(".code").value = "";
      this.changed(this.session, false);
    } catch (error) {
      this.#hint(error.status === 422 ? "请您输入手机号码和6位验证码。" : error.message, true);
    }
  }

  async #leave() {
    try {
      this.show(await this.call("sign-out"));
      this.changed(this.session, true);
    } catch (error) {
      this.#open(true);
      this.#hint(error.message, true);
    }
  }
}
