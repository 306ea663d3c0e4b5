// It tells: the number of unread messages in the window's title, and a sound or a notice where the agent wants them, of
// what came back from aside too.

import { $ } from "./page.js";

const TITLE = document.title;
const wants = (name) => localStorage.getItem(`wants-${name}`) === "yes";
export const lettersAreKeys = () => localStorage.getItem("wants-letters") !== "no";
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
  for (const name of ["sound", "notice"]) $(name).checked = wants(name);
  $("letters").checked = lettersAreKeys();
  $("telling-sheet").showModal();
});
$("telling-sheet").addEventListener("change", async (event) => {
  const { id, checked } = event.target;
  localStorage.setItem(`wants-${id}`, checked ? "yes" : "no");
  if (id === "sound" && checked) sound();
  if (id !== "notice" || !checked || Notification.permission === "granted") return;
  if ((await Notification.requestPermission()) !== "granted") event.target.checked = false;
});
