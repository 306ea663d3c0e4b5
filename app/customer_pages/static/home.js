// The home page's cards and its field: what is pressed or written there is said in the chat, as soon as that is there.

const said = (text) => import("/static/chat.js").then(({ ask }) => ask(text));
for (const card of document.querySelectorAll("[data-say]"))
  card.addEventListener("click", () => said(card.dataset.say));
document.getElementById("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.getElementById("question");
  if (!field.value.trim()) return;
  said(field.value.trim());
  field.value = "";
});
