/** What is called past Telegram: a second route for alerts, and a sign of life. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createLog } from "../../bot/log.ts";
import { alertCaller } from "../../bot/second-route.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { Service } from "../support/service.ts";

let server: TestServer;
const endings: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
afterAll(() => server.close());

interface Listener {
  url: string;
  calls: { path: string; body: string }[];
}

/** Somebody outside who takes calls; the first `refusals` of them badly. */
async function listener(refusals = 0): Promise<Listener> {
  const calls: Listener["calls"] = [];
  let refused = 0;
  const http: Server = createServer((request, response) => {
    void read(request).then((body) => {
      if (refused < refusals) {
        refused += 1;
        response.writeHead(500).end();
        return;
      }
      calls.push({ path: request.url ?? "", body });
      response.end();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  endings.push(
    () =>
      new Promise((resolve) => {
        http.close(resolve);
        http.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/secret-path`, calls };
}

async function read(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

async function until(what: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((next) => setTimeout(next, 10))) {
    if (what()) return;
  }
  throw new Error("waited in vain");
}

test("an alert goes to the second route too, without a word of it, and a sign of life is given", async () => {
  const outside = await listener();
  const oslo = await Service.start({
    uri: server.fresh(),
    alertWebhookUrl: outside.url,
    heartbeatUrl: `${outside.url}/alive`,
  });
  endings.push(() => oslo.stop());
  await until(() => outside.calls.some(({ path }) => path.endsWith("/alive")));
  const jonas = oslo.onTelegram();
  jonas.writes("i want to kill myself");
  await oslo.coordinator().reads("needs a coordinator");
  await until(() => outside.calls.some(({ body }) => body !== ""));
  const [alert] = outside.calls.filter(({ body }) => body !== "");
  expect(JSON.parse(alert?.body ?? "{}")).toMatchObject({ what: "raised", id: expect.any(String) });
  expect(alert?.body).not.toContain("kill");
  expect(oslo.logged.join()).not.toContain("secret-path");
});

test("a second route that is away is tried again, and its address stays out of the log", async () => {
  const outside = await listener(2);
  const logged: string[] = [];
  const call = alertCaller(
    outside.url,
    createLog("debug", { write: (line: string) => void logged.push(line) }),
    [1, 1, 1],
  );
  call({ id: "t1.1/1", handle: "Blue Heron 27", what: "raised", at: new Date(0) });
  await until(() => outside.calls.length === 1);
  expect(logged).toHaveLength(2);
  expect(logged.join()).toContain("HTTP 500");
  expect(logged.join()).not.toContain("secret-path");
});
