// An SMSC of the npm package `smpp`. What happens to it is told as JSON lines on stdout; what it is to do comes as
// JSON lines on stdin: {"deliver": {...}, "id": 1}, {"statuses": [88]}, {"hangUp": true}.
"use strict";

const smpp = require("smpp");
const readline = require("readline");

const tell = (event) => process.stdout.write(JSON.stringify(event) + "\n");
let bound = null;
let statuses = [];
let given = 0;

const server = smpp.createServer((session) => {
  session.on("error", () => null);
  session.on("bind_transceiver", (pdu) => {
    bound = session;
    session.send(pdu.response({ system_id: "npm-smsc" }));
    tell({ event: "bound" });
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response(), () => session.close()));
  session.on("close", () => { if (bound === session) { bound = null; tell({ event: "unbound" }); } });
  session.on("submit_sm", (pdu) => {
    const status = statuses.shift() || 0;
    const elements = (pdu.short_message.udh || []).map((each) => each.toString("hex")).join("");
    const { source_addr, destination_addr, esm_class, data_coding, registered_delivery } = pdu;
    tell({ event: "submitted", source_addr, destination_addr, esm_class, data_coding, registered_delivery, elements, message: String(pdu.short_message.message) });
    given += status ? 0 : 1;
    session.send(pdu.response({ command_status: status, message_id: status ? "" : given.toString(16).toUpperCase().padStart(8, "0") }));
  });
});

function deliver(asked, id) {
  const { udh, message, ...fields } = asked;
  const short_message = { message: Buffer.from(message, "hex") };
  if (udh) short_message.udh = Buffer.from(udh, "hex");
  if (fields.receipted_message_id) fields.receipted_message_id = Buffer.from(fields.receipted_message_id + "\0", "latin1");
  bound.deliver_sm({ destination_addr: "10086", ...fields, short_message }, (answer) => tell({ event: "answered", id, status: answer.command_status }));
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const asked = JSON.parse(line);
  if (asked.deliver) deliver(asked.deliver, asked.id);
  if (asked.statuses) statuses = asked.statuses;
  if (asked.hangUp && bound) bound.unbind(() => bound && bound.close());
}).on("close", () => process.exit(0));

server.listen(0, "127.0.0.1", () => tell({ event: "listening", port: server.address().port }));
