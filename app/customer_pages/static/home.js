// The home page's cards and its field: what is pressed or written there is said in the chat (widget.js hears it).
"use strict";

const said = (text) => document.dispatchEvent(new CustomEvent("kefu-say", { detail: text }));
for (const card of document.querySelectorAll("[data-say]"))
  card.addEventListener("click", () => said(card.dataset.say));
document.getElementById("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.getElementById("question");
  if (!field.value.trim()) return;
  said(field.value.trim());
  field.value = "";
});
