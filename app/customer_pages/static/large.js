// Large type, for whoever reads small type badly: a mark on the root, kept in this browser. It is read before anything is
// drawn; every switch of the page (also the chat's) only sets the mark.
"use strict";

{
  const root = document.documentElement;
  const NAME = "kefu-large";
  // A browser may keep nothing for a frame: then it holds as long as the page stands.
  try {
    root.classList.toggle("large", localStorage.getItem(NAME) === "1");
  } catch {
    /* as it is */
  }
  const show = () => {
    const on = root.classList.contains("large");
    for (const each of document.querySelectorAll("[data-large]")) each.setAttribute("aria-pressed", String(on));
    try {
      localStorage.setItem(NAME, on ? "1" : "");
    } catch {
      /* as above */
    }
  };
  new MutationObserver(show).observe(root, { attributeFilter: ["class"] });
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-large]")) root.classList.toggle("large");
  });
}
