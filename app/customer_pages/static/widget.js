// The chat widget: one script tag on any page. On a page of ours the chat stands in the page (chat.js), on another site's
// page in a frame of ours, so that neither page can reach into the other.
"use strict";

(() => {
  const home = new URL(document.currentScript.src).origin;

  function embed() {
    const frame = document.createElement("iframe");
    const size = (open) =>
      Object.assign(
        frame.style,
        open ? { width: "min(26rem, 100vw)", height: "min(42rem, 100vh)" } : { width: "10rem", height: "5.5rem" },
      );
    Object.assign(frame, { src: `${home}/chat/frame`, title: "在线客服" });
    Object.assign(frame.style, {
      position: "fixed",
      right: "0",
      bottom: "0",
      border: "0",
      zIndex: "2147483000",
      colorScheme: "normal",
    });
    size(false);
    addEventListener("message", (event) => {
      if (event.source === frame.contentWindow && event.origin === home && typeof event.data?.kefuOpen === "boolean")
        size(event.data.kefuOpen);
    });
    document.body.appendChild(frame);
  }
  if (home !== location.origin) return embed();
  // In a frame the page around it is told to make room.
  document.addEventListener("kefu-open", (event) => window.parent.postMessage({ kefuOpen: event.detail }, "*"));
  import("/static/chat.js");
})();
