// How long a customer waits for an answer, against what is promised: pure, told the time.

// Return how a wait stands: state "calm", "half", "near" or "late" (from 50, 80, 100 % of the promise), the share that
// is gone (0 to 100), and the words. Times in milliseconds, the promise in seconds.
export function standing(since, promise, now) {
  const waited = Math.max(0, now - since);
  const share = Math.floor((waited / (promise * 1000)) * 100);
  const state = share >= 100 ? "late" : share >= 80 ? "near" : share >= 50 ? "half" : "calm";
  const words = state === "late" ? `超时 ${clock(waited - promise * 1000)}` : clock(waited);
  return { state, share: Math.min(share, 100), words };
}

// Return milliseconds as "1:07", "1 时 05 分" or "3 天".
export function clock(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds >= 86400) return `${Math.floor(seconds / 86400)} 天`;
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} 时 ${String(minutes % 60).padStart(2, "0")} 分`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

let ahead = 0; // our clock against the server's
export const serverTime = (milliseconds) => {
  ahead = milliseconds - Date.now();
};
export const now = () => Date.now() + ahead;

const MARKUP =
  '<svg class="icon ring" viewBox="0 0 20 20" width="14" height="14" aria-hidden="true">' +
  '<circle cx="10" cy="10" r="8" class="all"/><circle cx="10" cy="10" r="8" pathLength="100" class="gone"/></svg>' +
  '<svg class="icon mark" width="14" height="14" aria-hidden="true"><use href="/desk/static/icons.svg#circle-alert"/></svg>' +
  "<b></b>";

// Let every timer of the page say how it stands; no row moves by it.
export function tick(root = document) {
  for (const timer of root.querySelectorAll(".timer")) {
    if (!timer.firstChild) timer.innerHTML = MARKUP;
    const { state, share, words } = standing(Number(timer.dataset.since), Number(timer.dataset.promise), now());
    if (timer.dataset.state !== state) timer.dataset.state = state;
    timer.querySelector(".gone").setAttribute("stroke-dasharray", `${share} 100`);
    const shown = timer.querySelector("b");
    if (shown.textContent !== words) shown.textContent = words;
  }
}
setInterval(tick, 1000);
