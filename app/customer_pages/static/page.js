// What every page of a customer's own asks for: its calls, who is signed in, and the line that says how it went.

export const $ = (id) => document.getElementById(id);
let csrf = "";

// Call the service; answers {ok, said, text}, where text is what to tell the customer.
export async function call(path, body) {
  const headers = { "Content-Type": "application/json", "X-CSRF": csrf };
  const answer = await fetch(path, body && { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
  const said = answer ? await answer.json().catch(() => ({})) : {};
  return { ok: Boolean(answer?.ok), said, text: said.message || why(answer?.status, said) };
}

function why(status, { detail, mend }) {
  if (!status || status >= 500) return "暂时没有办成，请您稍后再试。";
  if (typeof detail === "string") return detail;
  return status === 429 && mend ? mend : "请您核对填写的内容后再试。";
}

// Say how something went; kind is "", "good" or "bad".
export function tell(text, kind = "") {
  $("told").textContent = text;
  $("told").className = `told ${kind}`;
}

// Call, say how it went, and answer whether it went well.
export async function done(path, body) {
  const { ok, text } = await call(path, body);
  tell(text, ok ? "good" : "bad");
  return ok;
}

// Return who is signed in on this browser: a masked number, or null.
export async function whoIsHere() {
  const { ok, said, text } = await call("/chat/session", {});
  if (!ok) throw new Error(text);
  csrf = said.csrf;
  return said.signed_in;
}

// Begin a page for which one must be signed in: `open` runs for a customer, others are shown the way.
export async function forCustomers(asked, open) {
  try {
    const known = await whoIsHere();
    $("sign-in").hidden = Boolean(known);
    tell(known ? `您已登录：${known}` : asked);
    if (known) await open();
  } catch (error) {
    tell(error.message, "bad");
  }
}
