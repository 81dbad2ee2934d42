/** Whole cases over HTTP, on both channels: the real adapters, the real models, played platforms. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fault, telegramRefusal } from "../../simulator/index.ts";
import { cepora } from "../flows/programmes.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { TelegramPhone } from "../support/phone.ts";
import { Service, type ServiceOptions } from "../support/service.ts";

let server: TestServer;
const running: Service[] = [];

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

const ways = [
  { channel: "telegram", telegramByWebhook: false, how: "Telegram, which we ask" },
  { channel: "telegram", telegramByWebhook: true, how: "Telegram, which calls us" },
  { channel: "messenger", telegramByWebhook: false, how: "Messenger" },
] as const;

describe.each(ways)("a mentee on $how", ({ channel, telegramByWebhook }) => {
  test("is heard, from the first words to the closing", async () => {
    const oslo = await service({ telegramByWebhook });
    const kari = await oslo.supporter("Kari");
    const staff = oslo.coordinator();
    const mentee = oslo.mentee(channel);

    mentee.writes("Hi, is anybody there?");
    await mentee.reads("call 113");
    await mentee.reads("Is that all right?");
    mentee.writes("I can't *really* sleep <b>_");
    await mentee.reads("Is it all right");
    await mentee.taps("Yes, that's fine");
    await mentee.reads("how old are you");
    await mentee.taps("18 or over");
    await kari.reads("Somebody would like to talk");
    await kari.taps("Accept");
    await mentee.reads("You are now writing with Kari");
    // Everything written before somebody accepted, in order and to the letter.
    await kari.reads("Hi, is anybody there?");
    await kari.reads("I can't *really* sleep <b>_");

    kari.writes("Hi! What keeps you [awake](http://x)?");
    await mentee.reads("What keeps you [awake](http://x)?");
    mentee.writes("exams");
    await kari.reads("exams");

    kari.writes("/escalate I don't know how to help");
    await staff.reads("needs a coordinator");
    await kari.reads("The coordinators have been alerted");
    await staff.taps("I take it");
    await kari.reads("takes care of the alert");
    await mentee.reads("asked a coordinator");
    await oslo.cast.staffGroup.waitFor(/needs a coordinator[\s\S]*takes care of this/);

    await mentee.taps("End the talk");
    await mentee.reads("Do you want to end");
    await mentee.taps("Yes, end it");
    await mentee.reads("This talk is closed");
    await kari.reads("has ended the talk");
    // A line of its own: it may come before the word that the talk has ended.
    await kari.chat.waitFor("four taps for the record");
    for (const answer of ["Studies", "Chat", "Listened", "No"]) await kari.taps(answer);
    await kari.chat.waitFor("recorded. Thank you");
    await expect
      .poll(async () => {
        const { records } = oslo.app.database ?? expect.fail("no database");
        const [record] = await records.between("oslo", new Date(0), new Date("2100-01-01"));
        return record?.wrapUp;
      })
      .toEqual({ kind: "studies", way: "chat", support: "listened", advanced: "no" });

    const everything = [...kari.screen, ...staff.screen].join("\n");
    const name = oslo.cast.telegramMentees.at(-1)?.firstName ?? "";
    const onMessenger = oslo.cast.messengerMentees.at(-1)?.firstName ?? "";
    expect(everything).not.toContain(name);
    expect(everything).not.toContain(onMessenger);
  });

  test("in danger on a Sunday at two gets the card at once, and coordinators hear of it", async () => {
    const oslo = await service({ telegramByWebhook, at: "2026-11-22T01:00:00Z" });
    const staff = oslo.coordinator();
    const mentee = oslo.mentee(channel);
    mentee.writes("i want to kill myself tonight");
    const card = await mentee.reads("113");
    expect(mentee.screen[0]).toBe(card.text);
    expect(card.text).toContain("Nobody from us is reading right now");
    const alert = await staff.reads("needs a coordinator");
    expect(alert.text).not.toContain("kill myself");
  });
});

test.each(["telegram", "messenger"] as const)(
  "a coordinator writes at night with somebody in danger on %s, who has not said yes, and reads the answers",
  async (channel) => {
    const oslo = await service({ at: "2026-11-22T01:00:00Z" });
    const staff = oslo.coordinator();
    const own = new TelegramPhone(oslo.simulator, staff.user, oslo.cast.teamBot);
    staff.writes("/duty");
    await staff.reads("please open a chat with me");
    own.starts();
    await own.reads("I can call you here");
    const mentee = oslo.mentee(channel);
    mentee.writes("i want to kill myself tonight");
    const card = await staff.reads("needs a coordinator");
    expect(card.silent).toBe(true);
    await staff.taps("I take it");
    await mentee.reads("A coordinator knows");
    await own.taps("Write with them");
    await own.reads("i want to kill myself tonight");
    await own.reads("What you write here now goes to");
    own.writes("Are you alone?");
    await mentee.reads("Are you alone?");
    mentee.writes("no");
    const answer = await own.reads("no");
    expect(answer.text).toMatch(/\d\d:\s+no$/);
    await own.taps("Safe now");
    await own.reads("no longer goes to");
    own.writes("sleep well");
    await own.reads("This chat is for the team");
    expect(mentee.screen.join("\n")).not.toContain("sleep well");
    expect(mentee.screen.join("\n")).not.toContain(staff.user.firstName);
  },
);

test.each(["telegram", "messenger"] as const)(
  "a mentee on %s is answered in the language and the letters that they write",
  async (channel) => {
    const belgrade = await service({ programme: cepora, at: "2026-11-22T01:00:00Z" });
    const mentee = belgrade.mentee(channel);
    mentee.writes("хоћу да се убијем вечерас");
    await mentee.reads("Позови сада");
    await mentee.reads("Здраво, добро је што пишеш");
    await mentee.taps("Beograd");
    await mentee.reads("Опасност по живот: 194");
    await mentee.reads("Да ли је то у реду?");
    mentee.writes("ne znam vise sta da radim");
    await mentee.reads("Da li je u redu da neko ovde pročita");
    await mentee.taps("Ne sada");
    await mentee.reads("To je u redu");
    expect(mentee.screen.join("\n")).not.toMatch(/\b112\b/);
  },
);

test("what a silent supporter had read is shown to the next one, and nobody gets it twice", async () => {
  const oslo = await service();
  const kari = await oslo.supporter("Kari");
  const mentee = oslo.onTelegram();
  await oslo.arrives(mentee, "Hi there");
  mentee.writes("I can't sleep");
  await kari.taps("Accept");
  await kari.reads("I can't sleep");
  const mats = await oslo.supporter("Mats");
  await mentee.taps("Someone else");
  await mats.taps("Accept");
  await mats.reads("Hi there");
  await mats.reads("I can't sleep");
  mentee.writes("are you there?");
  await mats.reads("are you there?");
  expect(mats.screen.filter((text) => text.includes("Hi there"))).toHaveLength(1);
  expect(kari.screen.join()).not.toContain("are you there?");
});

test("a pressed button stops to wait, also when the press itself is too old to be answered", async () => {
  const oslo = await service();
  const kari = await oslo.supporter("Kari");
  const { telegram } = oslo.simulator;
  telegram.faults.next({ method: "answerCallbackQuery" }, fault.refuse(telegramRefusal.pressTooOld()));
  const mentee = oslo.onTelegram();
  await oslo.arrives(mentee, "Hi there");
  await kari.taps("Accept");
  await kari.reads("Hi there");
  const presses = [...telegram.presses.keys()];
  const last = await telegram.calls.waitFor("answerCallbackQuery", ({ parameters }) =>
    JSON.stringify(parameters).includes(presses.at(-1) ?? "none"),
  );
  expect(last.method).toBe("answerCallbackQuery");
  expect(telegram.calls.list("answerCallbackQuery")).toHaveLength(presses.length);
});

describe("an alert", () => {
  const minute = 60_000;

  test("that nobody takes reaches coordinators in their own chats, and only they can answer it there", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const ingrid = oslo.coordinator();
    const own = new TelegramPhone(oslo.simulator, ingrid.user, oslo.cast.teamBot);
    ingrid.writes("/duty");
    await ingrid.reads("press Start");
    own.starts();
    await own.reads("From now on I can call you here");
    const mentee = oslo.onMessenger();
    await oslo.arrives(mentee, "Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
    kari.writes("/escalate I am worried");
    await ingrid.reads("needs a coordinator");
    for (const _ of [1, 2, 3]) {
      oslo.clock.advance(6 * minute);
      await ingrid.reads("Still waiting");
    }
    const card = await own.reads("Nobody has taken this yet");
    // A button that was guessed does nothing for who is no coordinator.
    const [take] = "buttons" in card ? card.buttons.filter(({ label }) => label === "I take it") : [];
    const data = take && "data" in take ? String(take.data) : "";
    const other = new TelegramPhone(oslo.simulator, kari.user, oslo.cast.teamBot);
    const any = kari.chat.messages.find(({ sender }) => sender !== kari.user);
    if (!any) throw new Error("the supporter has no message of the bot");
    other.user.pressesData(any, data);
    await kari.reads("Only members");
    await own.taps("I take it");
    await kari.reads("takes care of the alert");
    await mentee.reads("asked a coordinator");
    // Read in their own chat, by whoever took it, and noted.
    mentee.writes("it is worse today");
    await kari.reads("it is worse today");
    await own.taps("Read the talk");
    await own.reads("What was written");
    await own.reads("Hi there");
    await own.reads("it is worse today");
    const views = await oslo.app.database?.views.between(new Date(0), new Date("2100-01-01"));
    expect(views?.map(({ why }) => why)).toEqual(["alert 1"]);
    await own.taps("Safe now");
    await oslo.cast.staffGroup.waitFor(/safe now/);
  });

  test("goes to coordinators in their own chats at once when the team bot is not in the group any more", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const ingrid = oslo.coordinator();
    const own = new TelegramPhone(oslo.simulator, ingrid.user, oslo.cast.teamBot);
    ingrid.writes("/duty");
    await ingrid.reads("press Start");
    own.starts();
    await own.reads("From now on I can call you here");
    const mentee = oslo.onTelegram();
    await oslo.arrives(mentee, "Hi there");
    await kari.taps("Accept");
    await kari.reads("Hi there");
    oslo.cast.staffGroup.remove(oslo.cast.teamBot, ingrid.user);
    await own.reads("I can't write in the staff group any more");
    kari.writes("/escalate I am worried");
    await own.reads("The staff group can't be reached");
  });
});
