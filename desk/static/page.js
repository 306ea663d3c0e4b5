// What every part of the desk's page asks for: its elements, its calls, and who is signed in.

export const $ = (id) => document.getElementById(id);
const csrf = document.querySelector("meta[name=csrf]").content;

// Call a route of the desk; answers {ok, status, body}, with status 0 where nothing came back. Whoever is signed out by
// now is shown so, unless the page `stays`: what calls by itself takes nothing away that is half written.
export async function call(method, path, body, { stays = false, ...options } = {}) {
  const file = body instanceof Blob;
  const headers = { "X-CSRF": csrf, ...(body && !file ? { "Content-Type": "application/json" } : {}) };
  const sent = file ? body : body && JSON.stringify(body);
  const answer = await fetch(`/desk/${path}`, { method, headers, body: sent, ...options }).catch(() => null);
  if (!answer) return { ok: false, status: 0, body: {} };
  if (answer.status === 401 && !stays) location.reload();
  const json = answer.headers.get("content-type")?.includes("json");
  const found = await (json ? answer.json() : answer.text()).catch(() => ({}));
  return { ok: answer.ok, status: answer.status, body: found };
}

// Return what an answer that refuses says to who asked.
export function why({ status, body }) {
  if (!status) return "网络中断，内容已保留，请您稍后再试。";
  if (body.error === "not_owner" || body.error === "step_refused") return "会话状态已变化，请您查看后再操作。";
  return body.mend || (typeof body.detail === "string" && body.detail) || "操作没有成功，请您再试一次。";
}

export function element(name, values, ...inside) {
  const made = Object.assign(document.createElement(name), values);
  made.append(...inside);
  return made;
}
