// What is on the screen is what is answered. `chosen` is the one conversation that the page shows; a `target` binds it
// and its ownership token together when an act begins, and every call is made with such a target: whatever is chosen
// while a call is under way, it goes where it was meant to go.

let id = Number(location.hash.slice(1)) || null;
let target = null; // only while thread and token of the chosen conversation are on the screen
const watching = [];

export const chosen = () => id;
// The bound target of an act, or null while there is nothing to act on.
export const aim = () => target;
export const onChoose = (tell) => watching.push(tell);

// Choose another conversation: whatever the page knew of the old one is gone in this very frame.
export function choose(next) {
  const before = id;
  id = next;
  target = null;
  history.replaceState(null, "", next ? `#${next}` : location.pathname);
  for (const tell of watching) tell(next, before);
}

// The thread of the chosen conversation is shown: from now on it can be answered.
export function shown({ id: which, token, name, channel, state, pictures, last }) {
  if (which !== id) return false;
  target = Object.freeze({ id: which, token, name, channel, state, pictures, last });
  return true;
}

// It is gone, or somebody else's.
export function lost(which) {
  if (which === id) target = null;
}
