/** What comes to the door and is no ordinary update: too large, too deep, spoilt, forged, or the same once more. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/database.ts";
import { Service, webhookSecret } from "../support/service.ts";

let server: TestServer;
let oslo: Service;
beforeAll(async () => {
  server = await startTestServer();
  oslo = await Service.start({ uri: server.fresh(), telegramByWebhook: true });
});
afterAll(async () => {
  await oslo.stop();
  await server.close();
});

let updates = 900_000;

function update(by: number, text: string): string {
  const chat = { id: by, type: "private" };
  const from = { id: by, is_bot: false, first_name: "Nobody" };
  const message = {
    message_id: ++updates,
    date: Math.floor(oslo.clock.now().getTime() / 1000),
    chat,
    from,
    text,
  };
  return JSON.stringify({ update_id: updates, message });
}

async function post(body: string | Buffer, secret: string | null = webhookSecret): Promise<number> {
  const { status } = await fetch(`${oslo.url}/webhooks/telegram/public`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      ...(secret ? { "x-telegram-bot-api-secret-token": secret } : {}),
    },
  });
  return status;
}

async function stored(): Promise<number> {
  const count = await oslo.app.database?.connection
    .collection("inbound")
    .countDocuments({ source: "telegram:public" });
  return count ?? Number.NaN;
}

const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

describe("a body", () => {
  test.each([
    ["larger than any update", 413, () => JSON.stringify({ text: "x".repeat(3_000_000) })],
    ["that is no JSON", 400, () => "{"],
    ["of nothing", 400, () => ""],
    ["nested 100,000 deep", 200, () => nested(100_000)],
    [
      "with __proto__ in it",
      200,
      () => '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    ],
    [
      "with numbers that are none",
      200,
      () => '{"update_id":1e400,"message":{"message_id":9007199254740993}}',
    ],
  ])("%s: %i, nothing is kept, and the service lives", async (_, status, body) => {
    const before = await stored();
    const answer = await post(body());
    expect(answer).toBe(status);
    expect(await stored()).toBe(before);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect((await fetch(`${oslo.url}/healthz`)).status).toBe(200);
  });

  test.each([null, "", "telegram-webhook-secreT", `${webhookSecret}x`])(
    "that is not proved (%s) is refused",
    async (secret) => {
      const before = await stored();
      expect(await post(update(7001, "hello"), secret)).toBe(401);
      expect(await stored()).toBe(before);
    },
  );

  test("that comes twenty times at once, and again a week later, is one update", async () => {
    const before = await stored();
    const body = update(7002, "only once");
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(body)));
    expect(new Set(answers)).toEqual(new Set([200]));
    oslo.clock.advance(7 * 24 * 3_600_000);
    expect(await post(body)).toBe(200);
    expect(await stored()).toBe(before + 1);
  });
});

test("words with signs that databases and platforms stumble over arrive", async () => {
  const kari = await oslo.supporter("Kari");
  const mentee = oslo.onTelegram();
  await oslo.arrives(mentee, "Hi there");
  await kari.taps("Accept");
  await kari.reads("Hi there");
  mentee.writes('nul \u0000 half \ud83d {"$gt":""} __proto__ end');
  const { text } = await kari.reads("__proto__ end");
  expect(text).toContain('{"$gt":""}');
});

test("somebody who floods us holds up nobody else", async () => {
  const flood = Array.from({ length: 300 }, (_, n) => post(update(7003, `flood ${n}`)));
  const mentee = oslo.onTelegram();
  mentee.writes("Hi there");
  await mentee.reads("Is that all right?");
  expect(new Set(await Promise.all(flood))).toEqual(new Set([200]));
});

test("says little of itself, and nothing of people", async () => {
  const { headers } = await fetch(`${oslo.url}/healthz`);
  expect(headers.get("x-powered-by")).toBeNull();
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("content-security-policy")).toContain("default-src");
  const metrics = await (await fetch(`${oslo.url}/metrics`)).text();
  expect(metrics).toContain("peerline_updates_received_total");
  expect(metrics).not.toMatch(/700[123]|Kari|Hi there|flood/);
});
