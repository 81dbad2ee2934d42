/** What goes wrong in services of this kind, seen in real ones: each must not happen here. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { SubjectId } from "../../flows/party.ts";
import type { InboundDocument } from "../../models/inbound.ts";
import { fault, telegramRefusal } from "../../simulator/index.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import type { TelegramPhone } from "../support/phone.ts";
import { Service, type ServiceOptions } from "../support/service.ts";

let server: TestServer;
const running: Service[] = [];
const minute = 60_000;

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});
afterAll(() => server.close());

async function service(options: Partial<ServiceOptions> = {}): Promise<Service> {
  const started = await Service.start({ uri: server.fresh(), ...options });
  running.push(started);
  return started;
}

describe("an offer", () => {
  test("that is passed on goes to the next supporter, and not to the same one again", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const mats = await oslo.supporter("Mats");
    const mentee = oslo.onTelegram();
    await oslo.arrives(mentee, "Hi there");
    const first = await Promise.any([
      kari.reads("would like to talk").then(() => kari),
      mats.reads("would like to talk").then(() => mats),
    ]);
    const second = first === kari ? mats : kari;
    await first.taps("Pass");
    await second.reads("would like to talk");
    await first.chat.waitFor("You have passed on");
    expect(first.screen.filter((text) => text.includes("would like to talk"))).toHaveLength(0);
    await second.taps("Accept");
    await second.reads("Hi there");
  });

  test("that nobody answers runs out, goes on, and the mentee is told the truth meanwhile", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const mentee = oslo.onMessenger();
    await oslo.arrives(mentee, "Hi there");
    await kari.reads("would like to talk");
    const mats = await oslo.supporter("Mats");
    oslo.clock.advance(10 * minute);
    await mats.reads("would like to talk");
    oslo.clock.advance(10 * minute);
    await mentee.reads("I am still looking");
    oslo.clock.advance(25 * minute);
    await mentee.reads("taking longer than it should");
    await oslo.coordinator().reads("has waited for");
    // The first one, too, can still take it.
    await kari.taps("Accept");
    await kari.reads("Hi there");
  });

  test("can only be accepted by somebody who was asked, whatever button they hold", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const mentee = oslo.onTelegram();
    await oslo.arrives(mentee, "Hi there");
    const offer = await kari.reads("would like to talk");
    const accept = offer.buttons.find(({ label }) => label === "Accept")?.data ?? "";
    const mats = await oslo.supporter("Mats", false);
    const stranger = await oslo.supporter("Ida", false);
    stranger.writes("/help");
    const theirs = await stranger.reads("What you can do here");
    stranger.pressesData(theirs, accept);
    await stranger.reads("This offer is over");
    mats.writes("/cases");
    await mats.reads("You have no open talk");
    expect(stranger.screen.join()).not.toContain("Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
  });

  test("that two accept at once is one's alone; the other is told so", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const mentee = oslo.onTelegram();
    await oslo.arrives(mentee, "Hi there");
    await kari.reads("would like to talk");
    const mats = await oslo.supporter("Mats");
    oslo.clock.advance(10 * minute);
    await mats.reads("would like to talk");
    await Promise.all([kari.taps("Accept"), mats.taps("Accept")]);
    const [winner, loser] = await Promise.any([
      kari.reads("Hi there").then(() => [kari, mats] as const),
      mats.reads("Hi there").then(() => [mats, kari] as const),
    ]);
    await loser.reads("Another supporter was first");
    await mentee.reads("You are now writing with");
    mentee.writes("only for one");
    await winner.reads("only for one");
    expect(loser.screen.join()).not.toContain("only for one");
    expect(loser.screen.join()).not.toContain("Hi there");
  });
});

describe("words", () => {
  const wild = "_a* `b` <b>c</b> [d](e) & ~f~ ||g|| \\ > # + - = { } . ! 👩‍👩‍👧 æøå";

  test.each(["telegram", "messenger"] as const)(
    "with any signs in them arrive to the letter: %s",
    async (channel) => {
      const oslo = await service();
      const kari = await oslo.supporter("Kari");
      const mentee = oslo.mentee(channel);
      await oslo.arrives(mentee, `Hi ${wild}`);
      await kari.taps("Accept");
      const [, got] = (await kari.reads("Hi _a*")).text.split("\n");
      expect(got).toBe(`Hi ${wild}`);
      kari.writes(`back ${wild}`);
      const [, answer] = (await mentee.reads("back _a*")).text.split("\n");
      expect(answer).toBe(`back ${wild}`);
    },
  );

  test.each(["telegram", "messenger"] as const)(
    "are never in a log, whatever goes wrong: %s",
    async (channel) => {
      const oslo = await service();
      const kari = await oslo.supporter("Kari");
      const mentee = oslo.mentee(channel);
      const { telegram, messenger } = oslo.simulator;
      telegram.faults.next(
        { method: "sendMessage", nth: 2 },
        fault.refuse(telegramRefusal.tooManyRequests(0)),
      );
      messenger.faults.next({ method: "POST messages", nth: 2 }, fault.dropAfter);
      await oslo.arrives(mentee, "canary-mentee Hi");
      await kari.taps("Accept");
      await kari.reads("canary-mentee");
      kari.writes("canary-supporter");
      await mentee.reads("canary-supporter");
      kari.writes("/escalate canary-reason");
      await oslo.coordinator().reads("canary-reason");
      const log = oslo.logged.join("");
      expect(log).not.toBe("");
      expect(log).not.toMatch(/canary/);
      for (const { firstName } of [...oslo.cast.telegramMentees, ...oslo.cast.messengerMentees]) {
        expect(log).not.toContain(firstName);
      }
      for (const { token } of [oslo.cast.publicBot, oslo.cast.teamBot, oslo.cast.page]) {
        expect(log).not.toContain(token);
      }
    },
  );
});

describe("a restart", () => {
  test.each(["telegram", "messenger"] as const)(
    "forgets nothing, in the questions or in the talk: %s",
    async (channel) => {
      const oslo = await service();
      const kari = await oslo.supporter("Kari");
      const mentee = oslo.mentee(channel);
      mentee.writes("Hi there");
      await mentee.reads("Is that all right?");
      await mentee.taps("Yes, that's fine");
      await mentee.reads("how old are you");
      await oslo.down();
      mentee.writes("18");
      await oslo.up();
      await kari.taps("Accept");
      await kari.reads("Hi there");
      await oslo.down();
      mentee.writes("are you still there?");
      kari.writes("I am here");
      await oslo.up();
      await kari.reads("are you still there?");
      await mentee.reads("I am here");
    },
  );
});

describe("a talk that is handed on", () => {
  test("when nobody else is free: the mentee is told, and no word is lost", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const mentee = oslo.onTelegram();
    await oslo.arrives(mentee, "Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
    await kari.taps("Hand on");
    await mentee.reads("I am looking for someone else");
    mentee.writes("please somebody");
    const mats = await oslo.supporter("Mats");
    await mats.taps("Accept");
    await mats.reads("please somebody");
    await mentee.reads("You are now writing with Mats");
    kari.writes("am I still heard?");
    await kari.reads(/not with you any more|no open talk/);
    expect(mentee.screen.join()).not.toContain("am I still heard?");
  });

  test("when a supporter blocks the bot, somebody else is sought", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const mentee = oslo.onMessenger();
    await oslo.arrives(mentee, "Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
    kari.user.blocks(oslo.cast.teamBot);
    await mentee.reads("can't answer any more");
    mentee.writes("are you gone?");
    const mats = await oslo.supporter("Mats");
    await mats.taps("Accept");
    await mats.reads("are you gone?");
  });
});

describe("an update that can't be handled", () => {
  const quickly = { app: { timing: { worker: { look: 50, tries: [5, 5, 5, 5] } } } };

  async function talk(): Promise<{ oslo: Service; kari: TelegramPhone; jonas: TelegramPhone }> {
    const oslo = await service(quickly);
    const kari = await oslo.supporter("Kari");
    const jonas = oslo.onTelegram();
    await oslo.arrives(jonas, "Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
    return { oslo, kari, jonas };
  }

  /** Something came for the mentee's line and was stored, and is not what it should be. */
  async function spoil(oslo: Service, change: (update: InboundDocument) => InboundDocument): Promise<void> {
    const { database } = oslo.app;
    if (!database) throw new Error("the database is not there");
    const [thread] =
      (await database.connection.db
        ?.collection<{ _id: SubjectId }>("subjects")
        .find({ handle: { $type: "string" } })
        .toArray()) ?? [];
    if (!thread) throw new Error("no thread is there");
    const _id = "spoilt";
    const raw = database.inbound.seal(_id, "this is no update");
    const at = oslo.clock.now();
    await database.inbound.store([
      change({
        _id,
        subject: thread._id,
        at: at.getTime(),
        place: 1,
        source: "telegram:public",
        state: "new",
        raw,
        storedAt: at,
      }),
    ]);
  }

  test.each([
    ["can't be read", (update: InboundDocument) => update],
    ["can't be opened", (update: InboundDocument) => ({ ...update, raw: Buffer.from("spoilt") })],
  ])(
    "because it %s is set aside: its sender and the team are told, and the line goes on",
    async (_, change) => {
      const { oslo, kari, jonas } = await talk();
      await spoil(oslo, change);
      await oslo.coordinator().reads("could not be handled");
      await jonas.reads("Something went wrong");
      jonas.writes("are you still there?");
      await kari.reads("are you still there?");
    },
  );
});
