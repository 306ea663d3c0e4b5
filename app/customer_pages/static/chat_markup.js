// What the chat is made of, before anything is said.

const svg = (name, size = 20) =>
  `<svg class="icon" width="${size}" height="${size}" aria-hidden="true"><use href="/desk/static/icons.svg#${name}"/></svg>`;
export const MARKUP = `
  <link rel="stylesheet" href="/static/tokens.css">
  <link rel="stylesheet" href="/static/widget.css">
  <button class="open" type="button" aria-expanded="false">${svg("message-square")}在线客服</button>
  <section class="panel" role="dialog" aria-label="在线客服" hidden>
    <div class="head">
      <span class="avatar bot" aria-hidden="true">${svg("bot")}</span>
      <div class="whom"><b class="brand">在线客服</b><span class="state" role="status"></span></div>
      <button type="button" class="larger icon-only" aria-label="大字" aria-pressed="false">大</button>
      <button type="button" class="shut icon-only" aria-label="收起">${svg("chevron-down")}</button>
    </div>
    <p class="account">${svg("lock", 16)}<span class="known"></span><button type="button" class="door link-like"></button></p>
    <form class="sign" hidden>
      <label class="hidden" for="phone">手机号码</label><input id="phone" class="phone" inputmode="tel" maxlength="30" placeholder="手机号码" autocomplete="tel">
      <button type="button" class="get">获取验证码</button>
      <label class="hidden" for="code">验证码</label><input id="code" class="code" inputmode="numeric" maxlength="12" placeholder="验证码" autocomplete="one-time-code">
      <button class="primary enter">登录</button>
      <span class="hint" role="status"></span>
    </form>
    <div class="talk">
      <div class="log" role="log" aria-live="polite" aria-label="对话" tabindex="0"><div class="content">
        <ol class="lines"></ol>
        <p class="writing" role="status"></p>
        <div class="quick" role="group" aria-label="快捷回复"></div>
      </div></div>
      <button type="button" class="newer" hidden></button>
    </div>
    <form class="write">
      <label class="hidden" for="text">您要说的话</label>
      <label class="attach" title="图片"><span class="hidden">图片</span>${svg("image", 22)}<input class="file hidden" type="file" accept="image/jpeg,image/png,image/webp,image/gif"></label>
      <textarea id="text" rows="1" maxlength="2000" placeholder="请输入您的问题"></textarea>
      <button class="primary send" aria-label="发送">${svg("send", 22)}</button>
    </form>
  </section>`;
