/** Platforms that ask us to wait: what they name waits, for as long as they say, and nobody else does. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fault, graphRefusal, telegramRefusal } from "../../simulator/index.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { Service } from "../support/service.ts";

let server: TestServer;
const running: Service[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});
afterAll(() => server.close());

async function service(): Promise<Service> {
  const started = await Service.start({ uri: server.fresh() });
  running.push(started);
  return started;
}

test("a chat that is told to wait three seconds waits them, over a restart, in order; others do not", async () => {
  const oslo = await service();
  const kari = await oslo.supporter("Kari");
  const jonas = oslo.onTelegram();
  await oslo.arrives(jonas, "Hi there");
  await kari.taps("Accept");
  await kari.reads("Hi there");
  const { faults } = oslo.simulator.telegram;
  faults.next(
    { method: "sendMessage", chat: kari.user.id },
    fault.refuse(telegramRefusal.tooManyRequests(3)),
  );
  jonas.writes("one");
  await expect
    .poll(() => faults.usedUp && oslo.logged.join("").includes("too fast"), { timeout: 10_000 })
    .toBe(true);
  const refused = performance.now();
  jonas.writes("two");
  kari.writes("still there");
  await jonas.reads("still there");
  expect(performance.now() - refused, "somebody else waited, too").toBeLessThan(3000);
  await oslo.down();
  await oslo.up();
  await kari.reads("one");
  // The log is read a little after the refusal.
  expect(performance.now() - refused).toBeGreaterThan(2500);
  await kari.reads("two");
  expect(kari.screen.filter((text) => text.endsWith("one"))).toHaveLength(1);
});

test.each([
  ["the app's rate", graphRefusal.appRate()],
  ["the page's rate", graphRefusal.pageRate()],
  ["the rate of a call", graphRefusal.callRate()],
  ["a passing fault", graphRefusal.temporary()],
  ["a fault that Meta does not know", graphRefusal.unexpected()],
])("Messenger says no for now, %s: what waits arrives, in order", async (_, refusal) => {
  const oslo = await service();
  const kari = await oslo.supporter("Kari");
  const amina = oslo.onMessenger();
  await oslo.arrives(amina, "Hi there");
  await kari.taps("Accept");
  await amina.reads("You are now writing");
  const { faults } = oslo.simulator.messenger;
  faults.next({ method: "POST messages", times: 2 }, fault.refuse(refusal));
  for (const word of ["word-1", "word-2"]) kari.writes(word);
  await amina.reads("word-1");
  await amina.reads("word-2");
  expect(faults.usedUp).toBe(true);
  expect(amina.screen.filter((text) => text.includes("word-1"))).toHaveLength(1);
});
