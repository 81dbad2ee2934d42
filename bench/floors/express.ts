/** A floor: express 5 that checks Meta's signature, reads the JSON, and answers. Nothing kept. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import express from "express";

const [secret = ""] = process.argv.slice(2);
const app = express();
app.post("/webhooks/messenger", express.raw({ type: () => true }), ({ headers, body }, response) => {
  const expected = Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
  const given = Buffer.from(String(headers["x-hub-signature-256"]));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    response.sendStatus(401);
    return;
  }
  JSON.parse(String(body));
  response.send("EVENT_RECEIVED");
});
const server = app.listen(0, "127.0.0.1", () => {
  process.stdout.write(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().once("end", () => process.exit());
