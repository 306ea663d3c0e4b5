// Asks once before what can't be undone; the question names whom it concerns.

const box = () => document.getElementById("sure");

// Return whether the person agrees. `yes` are the words of the button that does it; danger is red.
export function sure(title, words, yes, danger = false) {
  const [dialog, button] = [box(), document.getElementById("sure-yes")];
  document.getElementById("sure-title").textContent = title;
  document.getElementById("sure-words").textContent = words;
  button.textContent = yes;
  button.classList.toggle("danger", danger);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
