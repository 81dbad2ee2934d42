/** What is away for a while: the database, a platform, a reader. Nothing that was acknowledged is lost. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fault, graphRefusal } from "../../simulator/index.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { TelegramPhone } from "../support/phone.ts";
import { DatabaseProxy } from "../support/proxy.ts";
import { Service, type ServiceOptions } from "../support/service.ts";

let server: TestServer;
const endings: (() => Promise<void>)[] = [];
const minute = 60_000;
const hour = 60 * minute;

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
afterAll(() => server.close());

async function service(options: Partial<ServiceOptions> = {}): Promise<Service> {
  const started = await Service.start({ uri: server.fresh(), ...options });
  endings.push(() => started.stop());
  return started;
}

async function proxy(): Promise<DatabaseProxy> {
  const between = await DatabaseProxy.open(server.fresh());
  endings.push(() => between.close());
  return between;
}

const status = async (url: string): Promise<number> => (await fetch(url)).status;

async function until(what: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; await new Promise((next) => setTimeout(next, 20))) {
    if (await what()) return;
  }
  throw new Error("waited in vain");
}

describe("a database that is away", () => {
  test("at the start: 503, tried again, and what platforms repeat arrives", async () => {
    const between = await proxy();
    await between.goAway();
    const oslo = await service({ uri: between.uri, connect: false });
    expect(await status(`${oslo.url}/healthz`)).toBe(200);
    expect(await status(`${oslo.url}/readyz`)).toBe(503);
    expect(oslo.logged.join()).toContain("the database is not there");
    const mentee = oslo.onTelegram();
    mentee.writes("Hi there");
    await between.comeBack();
    await until(async () => (await status(`${oslo.url}/readyz`)) === 200);
    await mentee.reads("Is that all right?");
  });

  test("in the middle: 503 to Messenger, which repeats and is asked to call again; the team is told", async () => {
    const between = await proxy();
    const oslo = await service({ uri: between.uri, app: { timing: { outage: 1 } } });
    const kari = await oslo.supporter("Kari");
    const amina = oslo.onMessenger();
    const jonas = oslo.onTelegram();
    await oslo.arrives(amina, "Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
    const { calls } = oslo.simulator.messenger;
    const subscribedBefore = calls.list("POST subscribed_apps").length;
    await between.goAway();
    amina.writes("are you there?");
    jonas.writes("me too");
    await until(async () => oslo.logged.some((line) => line.includes("could not be stored")));
    await between.comeBack();
    await kari.reads("are you there?");
    await jonas.reads("Is that all right?");
    await oslo.coordinator().reads("Messenger had stopped calling us");
    expect(calls.list("POST subscribed_apps").length).toBeGreaterThan(subscribedBefore);
  });
});

describe("a database that freezes", () => {
  test("is noticed, and what was written meanwhile arrives once it answers again", async () => {
    const between = await proxy();
    const oslo = await service({ uri: between.uri });
    const kari = await oslo.supporter("Kari");
    const amina = oslo.onMessenger();
    await oslo.arrives(amina, "Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
    between.freeze();
    amina.writes("are you there?");
    await until(async () => (await status(`${oslo.url}/readyz`)) === 503);
    await until(async () => oslo.logged.some((line) => line.includes("no longer answers")));
    between.thaw();
    await kari.reads("are you there?");
    await until(async () => (await status(`${oslo.url}/readyz`)) === 200);
    expect(kari.screen.filter((text) => text.includes("are you there?"))).toHaveLength(1);
  });
});

describe("a platform that is away", () => {
  test.each(["telegram", "messenger"] as const)("keeps the order of what waits: %s", async (channel) => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const mentee = oslo.mentee(channel);
    await oslo.arrives(mentee, "Hi there");
    await kari.taps("Accept");
    await mentee.reads("You are now writing");
    const { telegram, messenger } = oslo.simulator;
    const faults = channel === "telegram" ? telegram.faults : messenger.faults;
    const method = channel === "telegram" ? "sendMessage" : "POST messages";
    faults.next({ method, times: 4 }, fault.dropBefore);
    for (const word of ["one", "two", "three"]) kari.writes(word);
    await mentee.reads("one");
    await mentee.reads("two");
    await mentee.reads("three");
    expect(mentee.screen.filter((text) => text.includes("two"))).toHaveLength(1);
  });

  test("that refuses our token: one alert, everything waits, and goes on with a new one", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const amina = oslo.onMessenger();
    await oslo.arrives(amina, "Hi there");
    await kari.taps("Accept");
    await amina.reads("You are now writing");
    oslo.simulator.messenger.faults.next(
      { method: "POST messages", times: 2 },
      fault.refuse(graphRefusal.badToken()),
    );
    kari.writes("one");
    kari.writes("two");
    await oslo.coordinator().reads("refuses our access");
    await amina.reads("one");
    await amina.reads("two");
    await oslo.coordinator().reads("works again");
  });
});

describe("Messenger's window", () => {
  test("a person's words go out for seven days as a human agent's, the bot's own never so", async () => {
    const oslo = await service({ humanAgent: true });
    const kari = await oslo.supporter("Kari");
    const amina = oslo.onMessenger();
    await oslo.arrives(amina, "Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
    oslo.clock.advance(26 * hour);
    kari.writes("Thinking of you");
    await amina.reads("Thinking of you");
    const bodies = oslo.simulator.messenger.calls
      .list("POST messages")
      .map(({ parameters }) => JSON.stringify(parameters));
    const tagged = bodies.filter((body) => body.includes("HUMAN_AGENT"));
    expect(tagged).toHaveLength(1);
    expect(tagged[0]).toContain("Thinking of you");
  });

  test("without that permission words wait, their author is told, and the next sign of life lets them go", async () => {
    const oslo = await service({ humanAgent: false });
    const kari = await oslo.supporter("Kari");
    const amina = oslo.onMessenger();
    await oslo.arrives(amina, "Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
    oslo.clock.advance(26 * hour);
    kari.writes("Thinking of you");
    await kari.reads("Not delivered yet");
    expect(amina.screen.join()).not.toContain("Thinking of you");
    amina.writes("sorry, was asleep");
    await amina.reads("Thinking of you");
    await kari.reads("sorry, was asleep");
  });
});

describe("a reader who is gone", () => {
  test("a mentee who blocks the bot: the supporter is told once; after an unblock all goes on", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const jonas = oslo.onTelegram();
    await oslo.arrives(jonas, "Hi there");
    await kari.taps("Accept");
    await jonas.reads("You are now writing");
    jonas.user.blocks(oslo.cast.publicBot);
    await kari.reads("can't be reached any more");
    kari.writes("hello?");
    await kari.reads("can't be reached any more");
    jonas.user.unblocks(oslo.cast.publicBot);
    jonas.writes("back again");
    await kari.reads("back again");
    kari.writes("good to hear");
    await jonas.reads("good to hear");
    expect(jonas.screen.join()).not.toContain("hello?");
  });

  test("the staff group that becomes a supergroup still gets alerts", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const jonas = oslo.onTelegram();
    await oslo.arrives(jonas, "Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
    oslo.cast.staffGroup.migrate();
    kari.writes("/escalate please");
    await oslo.coordinator().reads("needs a coordinator");
    await oslo.coordinator().taps("I take it");
    await kari.reads("takes care of the alert");
  });
});

describe("the staff group", () => {
  test("is another one when another one is configured, also after the first had moved", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const jonas = oslo.onTelegram();
    await oslo.arrives(jonas, "Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
    oslo.cast.staffGroup.migrate();
    kari.writes("/escalate first");
    await oslo.coordinator().reads("first");
    await oslo.down();
    await oslo.up();
    kari.writes("/escalate second");
    await oslo.coordinator().reads("second");
    const user = oslo.cast.addCoordinator();
    const group = oslo.simulator.telegram.createGroup({
      title: "Another staff group",
      members: [user, oslo.cast.teamBot],
    });
    const coordinator = new TelegramPhone(oslo.simulator, user, group);
    await oslo.down();
    await oslo.up({ staffChatId: String(group.id) });
    kari.writes("/escalate third");
    await coordinator.reads("third");
    expect(oslo.coordinator().screen.join()).not.toContain("third");
  });
});

describe("the Page inbox", () => {
  test("what page staff write past the relay is kept, and the team is told", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const amina = oslo.onMessenger();
    await oslo.arrives(amina, "Hi there");
    await kari.taps("Accept");
    await amina.reads("You are now writing");
    oslo.cast.page.staffWrites(amina.person, "Hello from the page");
    await kari.reads("in the Page inbox");
    // Our own words come back as echoes, and are known.
    kari.writes("Hi Amina");
    await amina.reads("Hi Amina");
    await oslo.simulator.messenger.caughtUp();
    expect(kari.screen.filter((text) => text.includes("in the Page inbox"))).toHaveLength(1);
  });
});
