// What every part of the desk's page asks for: its elements, its calls, and who is signed in.

export const $ = (id) => document.getElementById(id);
const csrf = document.querySelector("meta[name=csrf]").content;

// Call a route of the desk; answers {ok, status, body}, with status 0 where nothing came back.
export async function call(method, path, body) {
  const file = body instanceof Blob;
  const headers = { "X-CSRF": csrf, ...(body && !file ? { "Content-Type": "application/json" } : {}) };
  const sent = file ? body : body && JSON.stringify(body);
  const answer = await fetch(`/desk/${path}`, { method, headers, body: sent }).catch(() => null);
  if (!answer) return { ok: false, status: 0, body: {} };
  if (answer.status === 401) location.reload();
  const json = answer.headers.get("content-type")?.includes("json");
  const found = await (json ? answer.json() : answer.text()).catch(() => ({}));
  return { ok: answer.ok, status: answer.status, body: found };
}

export function element(name, values, ...inside) {
  const made = Object.assign(document.createElement(name), values);
  made.append(...inside);
  return made;
}
