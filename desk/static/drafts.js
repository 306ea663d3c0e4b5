// What is half written belongs to an agent, a conversation and a mode; it goes when it is said, and at sign-out.

const PREFIX = "draft-";
const staff = document.querySelector("meta[name=staff]")?.content || "";
const name = (conversation, mode) => `${PREFIX}${staff}-${conversation}-${mode}`;

export const draftOf = (conversation, mode) => localStorage.getItem(name(conversation, mode)) || "";

export function keepDraft(conversation, mode, text) {
  if (text) localStorage.setItem(name(conversation, mode), text);
  else localStorage.removeItem(name(conversation, mode));
}

// Take everybody's drafts out of this browser.
export function forgetAll() {
  for (const each of Object.keys(localStorage)) if (each.startsWith(PREFIX)) localStorage.removeItem(each);
}
