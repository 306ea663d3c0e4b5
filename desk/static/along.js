// Reading along with the bot: what is said comes by itself.
"use strict";

const said = document.getElementById("said");
new EventSource(`/desk/wallboard/bot/${said.dataset.conversation}/events`).addEventListener("said", (event) => {
  said.innerHTML = JSON.parse(event.data);
});
