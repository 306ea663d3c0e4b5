"use strict";

async function refresh() {
  const messages = await fetch("/sandbox/messages")
    .then((response) => response.json())
    .catch(() => []);
  if (!messages.length) return;
  const rows = messages
    .filter((message) => message.channel === "sms")
    .map((message) => {
      const row = document.createElement("tr");
      for (const text of [new Date(message.at).toLocaleTimeString("zh-CN"), message.to, message.text]) {
        row.appendChild(document.createElement("td")).textContent = text;
      }
      return row;
    });
  document.getElementById("messages").replaceChildren(...rows);
}

refresh();
setInterval(refresh, 2000);
