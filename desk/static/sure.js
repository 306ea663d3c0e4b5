// Asks once before what can't be undone; the question names whom it concerns.

const box = () => document.getElementById("sure");

// Return whether the person agrees. `yes` are the words of the button that does it; danger is red.
export function sure(title, words, yes, danger = false) {
  const [dialog, button] = [box(), document.getElementById("sure-yes")];
  if (dialog.open) return Promise.resolve(false);
  document.getElementById("sure-title").textContent = title;
  document.getElementById("sure-words").textContent = words;
  button.textContent = yes;
  button.classList.toggle("danger", danger);
  return agreed(dialog);
}

// Show a sheet and return whether it was agreed to. The press itself is the answer, not the closing that follows it: by
// then the sheet may stand there for somebody else.
export function agreed(dialog) {
  const form = dialog.querySelector("form");
  dialog.showModal();
  return new Promise((resolve) => {
    const over = new AbortController();
    const answer = (yes) => {
      over.abort();
      resolve(yes);
    };
    form.addEventListener("submit", (event) => answer(event.submitter?.value === "yes"), { signal: over.signal });
    dialog.addEventListener("cancel", () => answer(false), { signal: over.signal });
  });
}
