/**
 * Marked words, names, addresses and tokens go through everything, what goes wrong included; then they are looked for
 * wherever they must not be: in logs, metrics, alerts, answers to whoever calls, and every file that is kept.
 */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { noticed } from "../../bot/inbox.ts";
import type { ThreadInput } from "../../flows/input.ts";
import type { SubjectId } from "../../flows/party.ts";
import { openEmbeddedDatabase } from "../../models/embedded/index.ts";
import { fault, telegramRefusal } from "../../simulator/index.ts";
import { temporaryDirectory } from "../models/embedded/support.ts";
import { TelegramPhone } from "../support/phone.ts";
import { DatabaseProxy } from "../support/proxy.ts";
import { Service } from "../support/service.ts";

const hour = 3_600_000;
const endings: (() => unknown)[] = [];
let printed = "";

beforeEach(() => {
  printed = "";
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    const spy = vi.spyOn(stream, "write").mockImplementation((chunk: string | Uint8Array): boolean => {
      printed += String(chunk);
      return write(chunk);
    });
    endings.push(() => spy.mockRestore());
  }
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** The second route for alerts: what is posted to it. */
async function alertRoute(): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const http: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(bodies.length === 1 ? 500 : 200).end();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  endings.push(() => {
    http.closeAllConnections();
    http.close();
  });
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/canary-path`, bodies };
}

/** Everything that stands in the files of a folder. */
function filesOf(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path));
}

async function until(what: () => boolean): Promise<void> {
  await expect.poll(what, { timeout: 15_000 }).toBe(true);
}

test("no word, name, address or token is where it must not be, whatever goes wrong", {
  timeout: 120_000,
}, async () => {
  const directory = temporaryDirectory();
  endings.push(() => directory.remove());
  const data = join(directory.path, "data");
  const kept = join(directory.path, "kept");
  const embedded = await openEmbeddedDatabase({ directory: data });
  const proxy = await DatabaseProxy.open(embedded.uri);
  const route = await alertRoute();
  const oslo = await Service.start({
    uri: proxy.uri,
    directory: kept,
    telegramByWebhook: true,
    alertWebhookUrl: route.url,
  });
  endings.push(
    () => embedded.close(),
    () => proxy.close(),
    () => oslo.stop(),
  );
  const { telegram, messenger } = oslo.simulator;
  const answers: string[] = [];
  const posts = async (path: string, body: string, headers: Record<string, string> = {}): Promise<number> => {
    const response = await fetch(`${oslo.url}${path}`, { method: "POST", body, headers });
    answers.push(await response.text(), JSON.stringify([...response.headers]));
    return response.status;
  };

  // People, and all that they say.
  const ingrid = oslo.coordinator();
  const own = new TelegramPhone(oslo.simulator, ingrid.user, oslo.cast.teamBot);
  own.starts();
  ingrid.writes("/duty");
  await ingrid.reads("On duty");
  ingrid.writes("/open 60 canary-opening");
  const kari = await oslo.supporter("Canarykari");
  const jonas = oslo.onTelegram();
  const maria = oslo.onMessenger();
  telegram.faults.next({ method: "sendMessage", nth: 2 }, fault.refuse(telegramRefusal.tooManyRequests(0)));
  telegram.faults.next({ method: "sendMessage", nth: 5 }, fault.refuse(telegramRefusal.internal()));
  messenger.faults.next({ method: "POST messages", nth: 2 }, fault.dropAfter);
  jonas.writes("canary-before-consent");
  await jonas.reads("Is that all right?");
  await jonas.taps("Yes, that's fine");
  await jonas.taps("18 or over");
  await kari.taps("Accept");
  await kari.reads("canary-before-consent");
  const said = jonas.user.writes(oslo.cast.publicBot, "canary-word");
  await kari.reads("canary-word");
  jonas.user.edits(said, "canary-edited");
  jonas.user.sends(oslo.cast.publicBot, "photo", "canary-caption");
  await kari.reads("canary-caption");
  kari.writes("canary-answer");
  await jonas.reads("canary-answer");
  kari.writes("/escalate canary-reason");
  await ingrid.reads("canary-reason");
  await ingrid.taps("I take it");
  await own.taps("Read the talk");
  await own.reads("canary-word");
  await oslo.arrives(maria, "canary-messenger i want to kill myself");
  await until(() => route.bodies.length > 2);
  const handles = [...oslo.cast.staffGroup.messages].flatMap(
    ({ text }) => /^(\w+ \w+ \d+) needs a coordinator/.exec(text)?.[1] ?? [],
  );
  ingrid.writes(`/hold ${handles[0]} 5 canary-hold`);
  await ingrid.reads("canary-hold");
  ingrid.writes(`/block ${handles[1] ?? handles[0]} 5 canary-block`);
  await ingrid.reads("canary-block");

  // Callers who are not who they say, or send what nobody understands.
  const secret = { "x-telegram-bot-api-secret-token": "telegram-webhook-secret" };
  expect(await posts("/webhooks/telegram/public", '{"canary":"canary-forged"}')).toBeGreaterThan(399);
  await posts("/webhooks/telegram/public", "canary-no-json", secret);
  await posts("/webhooks/telegram/public", '{"update_id":7,"message":{"text":"canary-strange"}}', secret);
  await posts("/webhooks/messenger", '{"canary":"canary-unsigned"}', { "x-hub-signature-256": "sha256=00" });
  await posts("/webhooks/messenger", `canary-large ${"x".repeat(3_000_000)}`);
  await posts("/canary-nowhere", "canary-nowhere");

  // A turn that fails each time, and a database that goes away.
  const { database } = oslo.app;
  if (!database) throw new Error("the database is not there");
  const thread = (await database.subjects.byHandle(handles[0] ?? "")) as SubjectId;
  const broken = { input: "mentee_wrote", words: "canary-broken" } as unknown as ThreadInput;
  await database.inbound.store([noticed(database, "broken", thread, broken, oslo.clock.now())]);
  await until(() => ingrid.screen.join().includes("was set aside"));
  await proxy.goAway();
  const update = {
    update_id: 900_000_001,
    message: {
      message_id: 4711,
      date: Math.floor(oslo.clock.now().getTime() / 1000),
      text: "canary-away",
      chat: { id: jonas.user.id, type: "private", first_name: "Canaryname" },
      from: { id: jonas.user.id, is_bot: false, first_name: "Canaryname" },
    },
  };
  expect(await posts("/webhooks/telegram/public", JSON.stringify(update), secret)).toBe(503);
  await proxy.comeBack();
  await until(() => oslo.app.works);
  jonas.writes("canary-after");
  await kari.reads("canary-after");
  oslo.clock.advance(hour);
  const metrics = await (await fetch(`${oslo.url}/metrics`)).text();
  await oslo.down();

  const { cast } = oslo;
  const people = [...cast.telegramMentees, ...cast.messengerMentees, ...cast.coordinators];
  const names = people.map(({ firstName }) => firstName);
  const addresses = people.map(({ id }) => String(id));
  const tokens = [cast.publicBot, cast.teamBot, cast.page].map(({ token }) => String(token));
  const { messenger: page } = oslo.config;
  const secrets = [
    ...tokens,
    secret["x-telegram-bot-api-secret-token"],
    page?.appSecret,
    page?.verifyToken,
  ].map(String);
  const marks = ["canary", "Canary", ...names, ...addresses, ...secrets];
  expect(marks.every((mark) => mark.length > 2)).toBe(true);

  const places: Record<string, string> = {
    log: oslo.logged.join(""),
    output: printed,
    metrics,
    alerts: route.bodies.join(""),
    answers: answers.join("\n"),
    files: Buffer.concat([...filesOf(data), ...filesOf(kept)]).toString("latin1"),
  };
  for (const [place, text] of Object.entries(places)) {
    // By short names a file could be hit by chance.
    const those = place === "files" ? marks.filter((mark) => mark.length > 5) : marks;
    expect(
      those.filter((mark) => text.includes(mark)),
      `found in ${place}`,
    ).toEqual([]);
  }
  // All of it was really there to be found.
  expect(places.log).toContain("a turn failed");
  expect(places.metrics).toContain("peerline_sends_total");
  expect(places.alerts).toContain(handles[0]);
  expect(places.files).toContain(handles[0]);
  expect(answers.join("")).not.toBe("");
});
