// It tells: the number of unread messages in the window's title, and a sound or a notice where the agent wants them, of
// what came back from aside too.

import { $ } from "./page.js";

const TITLE = document.title;
// What an agent wishes is kept in a cookie: signing out empties everything else that our pages keep in a browser.
const COOKIE = `kefu_wants_${document.querySelector("meta[name=staff]").content}`;
const AT_FIRST = "letters";
const wishes = () => {
  const kept = document.cookie.split("; ").find((each) => each.startsWith(`${COOKIE}=`));
  return new Set((kept ? kept.slice(COOKIE.length + 1) : AT_FIRST).split("."));
};
const wants = (name) => wishes().has(name);
export const lettersAreKeys = () => wants("letters");
let before = null; // unread messages, own conversations and those that came back, as they were last

export function tellOfNews(unread, own, back) {
  document.title = unread ? `(${unread}) ${TITLE}` : TITLE;
  const due = before && back > before.back;
  const more = due || (before && (unread > before.unread || own > before.own));
  before = { unread, own, back };
  if (!more) return;
  if (wants("sound")) sound();
  if (wants("notice") && document.hidden && Notification.permission === "granted")
    new Notification("客服工作台", {
      body: due ? "有搁置的会话到时间了。" : `有 ${unread} 条未读消息。`,
      tag: "desk",
    });
}

function sound() {
  const audio = new AudioContext();
  const [tone, loud] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = 880;
  loud.gain.setValueAtTime(0.12, audio.currentTime);
  loud.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.25);
  tone.connect(loud).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.25);
  tone.onended = () => audio.close();
}

$("telling").addEventListener("click", () => {
  for (const name of ["sound", "notice", "letters"]) $(name).checked = wants(name);
  $("telling-sheet").showModal();
});
$("telling-sheet").addEventListener("change", async (event) => {
  const { id, checked } = event.target;
  const now = wishes();
  if (checked) now.add(id);
  else now.delete(id);
  const secure = location.protocol === "https:" ? "; secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${COOKIE}=${[...now].join(".")}; path=/desk; max-age=31536000; samesite=strict${secure}`;
  if (id === "sound" && checked) sound();
  if (id !== "notice" || !checked || Notification.permission === "granted") return;
  if ((await Notification.requestPermission()) !== "granted") event.target.checked = false;
});
