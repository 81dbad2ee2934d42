/** What binds words to each other: replies and changes, from phone to phone over HTTP. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { MessengerMessage, TelegramMessage } from "../../simulator/index.ts";
import { fault, graphRefusal, telegramRefusal } from "../../simulator/index.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { type MessengerPhone, TelegramPhone } from "../support/phone.ts";
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

/** A mentee and a supporter who talk. */
async function talk(channel: "telegram" | "messenger") {
  const oslo = await service();
  const kari = await oslo.supporter("Kari");
  const mentee = oslo.mentee(channel);
  await oslo.arrives(mentee, "Hi there");
  await kari.taps("Accept");
  await kari.reads("Hi there");
  await mentee.reads("You are now writing with Kari");
  return { oslo, kari, mentee };
}

type Phone = TelegramPhone | MessengerPhone;

/** Answers a message of one's own screen, and finds it by what it says. */
function answers(phone: Phone, wanted: string, text: string): void {
  if (phone instanceof TelegramPhone) {
    const message = phone.chat.messages.findLast((one) => one.text.includes(wanted));
    phone.writes(text, message ?? expect.fail(`nothing says "${wanted}"`));
  } else {
    const message = phone.person.messages.findLast((one) => one.text.includes(wanted));
    phone.person.writes(text, { replyTo: message ?? expect.fail(`nothing says "${wanted}"`) });
  }
}

function reacts(phone: Phone, message: TelegramMessage | MessengerMessage, emoji: string | null): void {
  if (phone instanceof TelegramPhone) phone.user.reacts(message as TelegramMessage, emoji);
  else phone.person.reacts(message as MessengerMessage, emoji);
}

function ownLast(phone: Phone): TelegramMessage | MessengerMessage {
  const own =
    phone instanceof TelegramPhone
      ? phone.chat.messages.findLast(({ sender }) => sender === phone.user)
      : phone.person.messages.findLast(({ author }) => author === "person");
  return own ?? expect.fail("nothing was written");
}

function firstOfBot(phone: Phone): TelegramMessage | MessengerMessage {
  const first =
    phone instanceof TelegramPhone
      ? phone.chat.messages.find(({ fromBot }) => fromBot)
      : phone.person.messages.find(({ author }) => author === "app");
  return first ?? expect.fail("the bot said nothing");
}

function edits(phone: Phone, wanted: string, text: string): void {
  if (phone instanceof TelegramPhone) {
    const message = phone.chat.messages.findLast(
      (one) => one.sender === phone.user && one.text.includes(wanted),
    );
    phone.user.edits(message ?? expect.fail(`nothing says "${wanted}"`), text);
  } else {
    const message = phone.person.messages.findLast(
      (one) => one.author === "person" && one.text.includes(wanted),
    );
    phone.person.edits(message ?? expect.fail(`nothing says "${wanted}"`), text);
  }
}

describe.each(["telegram", "messenger"] as const)("with a mentee on %s", (channel) => {
  test("a reply is a reply to the same words on the other phone, both ways", async () => {
    const { kari, mentee } = await talk(channel);
    const phone = mentee as Phone;
    kari.writes("What keeps you awake?");
    await mentee.reads("What keeps you awake?");
    answers(phone, "What keeps you awake?", "exams");
    expect((await kari.reads("exams")).replyTo?.text).toBe("What keeps you awake?");
    answers(kari, "exams", "which one?");
    expect((await mentee.reads("which one?")).replyTo?.text).toBe("exams");
    // To one's own words, and to words of the bot, which nobody else has.
    answers(phone, "exams", "I mean all of them");
    expect((await kari.reads("I mean all of them")).replyTo?.text).toContain("exams");
    answers(phone, "You are now writing with", "good");
    expect((await kari.reads("good")).replyTo).toBeNull();
  });

  test("a sign on words is put on the same words on the other phone, both ways, and taken back", async () => {
    const { oslo, kari, mentee } = await talk(channel);
    const { changes } = oslo.simulator.telegram;
    kari.writes("I am here");
    const read = await mentee.reads("I am here");
    const written =
      kari.chat.messages.findLast(({ sender }) => sender === kari.user) ?? expect.fail("nothing");
    const bot = oslo.cast.teamBot.id;
    const says = (sign: string | undefined) =>
      changes.waitFor(
        () => written.reactions.get(bot) === sign || undefined,
        () => `The sign is ${written.reactions.get(bot)}`,
        10_000,
      );
    reacts(mentee as Phone, read, "❤");
    await says("❤");
    reacts(mentee as Phone, read, null);
    await says(undefined);

    mentee.writes("thank you");
    const thanks = await kari.reads("thank you");
    kari.user.reacts(thanks, "👍");
    const own = ownLast(mentee as Phone);
    const sign = () =>
      "pageReaction" in own ? own.pageReaction : (own.reactions.get(oslo.cast.publicBot.id) ?? null);
    await changes.waitFor(
      () => sign() === "👍" || undefined,
      () => `The sign is ${sign()}`,
      10_000,
    );
  });

  test("a sign that Telegram has not is said in words, and one on the bot's own words goes nowhere", async () => {
    const { kari, mentee } = await talk(channel);
    kari.writes("I am here");
    const read = await mentee.reads("I am here");
    reacts(mentee as Phone, firstOfBot(mentee as Phone), "❤");
    reacts(mentee as Phone, read, "🦔");
    await kari.reads(/reacted: 🦔/);
    expect(kari.screen.join("\n")).not.toContain("❤");
  });

  test("words from before somebody accepted can be answered, too", async () => {
    const { kari, mentee } = await talk(channel);
    answers(kari, "Hi there", "hello to you");
    expect((await mentee.reads("hello to you")).replyTo?.text).toBe("Hi there");
  });

  test("what the mentee changes is changed on the supporter's phone", async () => {
    const { oslo, kari, mentee } = await talk(channel);
    mentee.writes("I have an exma");
    const shown = await kari.reads("I have an exma");
    edits(mentee as Phone, "exma", "I have an exam");
    await oslo.simulator.telegram.changes.waitFor(
      () => shown.text.endsWith("I have an exam") || undefined,
      () => `It still says ${shown}`,
      10_000,
    );
    expect(shown.edited).toBe(true);
    mentee.writes("next");
    await kari.reads("next");
    expect(kari.screen.filter((text) => text.includes("exam"))).toHaveLength(1);
  });

  test("danger in changed words is seen", async () => {
    const { oslo, mentee } = await talk(channel);
    mentee.writes("it is fine");
    edits(mentee as Phone, "it is fine", "i want to kill myself tonight");
    await mentee.reads("113");
    await oslo.coordinator().reads("needs a coordinator");
  });

  test("what is changed while it waits arrives once, as it is now", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const mentee = oslo.mentee(channel);
    mentee.writes("my first wrods");
    await mentee.reads("Is that all right?");
    edits(mentee as Phone, "wrods", "my first words");
    mentee.writes("and more");
    await mentee.taps("Yes, that's fine");
    await mentee.reads("how old are you");
    await mentee.taps("18 or over");
    await kari.taps("Accept");
    await kari.reads("my first words");
    await kari.reads("and more");
    expect(kari.screen.join("\n")).not.toContain("wrods");
  });

  test("what is changed while the platform keeps it back arrives once, as if it had always said so", async () => {
    const { oslo, kari, mentee } = await talk(channel);
    const { telegram, messenger } = oslo.simulator;
    const [platform, method, slow] =
      channel === "telegram"
        ? ([telegram, "sendMessage", telegramRefusal.tooManyRequests(1)] as const)
        : ([messenger, "POST messages", graphRefusal.pageRate()] as const);
    const chat = mentee instanceof TelegramPhone ? String(mentee.user.id) : null;
    const times = Number.POSITIVE_INFINITY;
    platform.faults.next({ method, times, ...(chat ? { chat } : {}) }, fault.refuse(slow));
    kari.writes("Are you tierd?");
    await platform.calls.waitFor(method, ({ fault: planned }) => planned === "refuse");
    edits(kari, "tierd", "Are you tired?");
    const { messages } = oslo.app.database ?? expect.fail("no database");
    const waiting = async () => (await messages.unsent(null)).map((one) => messages.open(one)?.content);
    await expect.poll(waiting, { timeout: 10_000 }).toContainEqual({ kind: "text", text: "Are you tired?" });
    platform.faults.clear();
    const { edited } = await mentee.reads(/^Kari:\nAre you tired/);
    expect(edited).toBe(false);
    kari.writes("last");
    await mentee.reads("last");
    expect(mentee.screen.filter((text) => /tierd|tired/.test(text))).toHaveLength(1);
  });
});

test("what the supporter changes is changed on Telegram", async () => {
  const { oslo, kari, mentee } = await talk("telegram");
  kari.writes("See you tomorow");
  const shown = await mentee.reads("See you tomorow");
  edits(kari, "tomorow", "See you tomorrow");
  await oslo.simulator.telegram.changes.waitFor(
    () => shown.text.endsWith("See you tomorrow") || undefined,
    () => `It still says ${shown}`,
    10_000,
  );
});

test("what the supporter changes is corrected on Messenger", async () => {
  const { kari, mentee } = await talk("messenger");
  kari.writes("See you tomorow");
  await mentee.reads("See you tomorow");
  edits(kari, "tomorow", "See you tomorrow");
  await mentee.reads(/Kari:\nCorrection:\nSee you tomorrow/);
});

test("a change of a talk that has ended goes nowhere, and its author is told", async () => {
  const { kari, mentee } = await talk("telegram");
  kari.writes("Take care");
  await mentee.reads("Take care");
  await mentee.taps("End the talk");
  await mentee.taps("Yes, end it");
  await kari.reads("has ended the talk");
  edits(kari, "Take care", "Take good care");
  await kari.chat.waitFor("not with you any more");
  expect(mentee.screen.join("\n")).not.toContain("good care");
});

test("a supporter takes back what was sent, the last words or those that are answered", async () => {
  const { kari, mentee } = await talk("telegram");
  for (const text of ["one", "two", "three"]) {
    kari.writes(text);
    await mentee.reads(`Kari:\n${text}`);
  }
  kari.writes("/undo");
  await kari.reads("does not see it any more");
  expect(mentee.screen.filter((text) => text.startsWith("Kari:"))).toEqual(["Kari:\none", "Kari:\ntwo"]);
  answers(kari, "one", "/undo");
  await kari.reads("does not see it any more");
  expect(mentee.screen.filter((text) => text.startsWith("Kari:"))).toEqual(["Kari:\ntwo"]);
  kari.writes("/undo");
  await kari.reads("does not see it any more");
  kari.writes("/undo");
  await kari.reads("can't be taken back");
});

test("Messenger lets nothing be taken back, and the supporter is told", async () => {
  const { kari, mentee } = await talk("messenger");
  kari.writes("too much");
  await mentee.reads("too much");
  kari.writes("/undo");
  await kari.reads("can't be taken back");
  expect(mentee.screen.join("\n")).toContain("too much");
});

test("a supporter who answers their own words goes on in the same talk", async () => {
  const { oslo, kari, mentee } = await talk("telegram");
  const other = oslo.onTelegram();
  await oslo.arrives(other, "Me too");
  await kari.taps("Accept");
  await kari.reads("Me too");
  const first = kari.chat.messages.find(({ text }) => text.includes("Hi there")) ?? expect.fail("nothing");
  kari.writes("to the first", first);
  await mentee.reads("to the first");
  answers(kari, "to the first", "and this as well");
  expect((await mentee.reads("and this as well")).replyTo?.text).toContain("to the first");
  expect(other.screen.join("\n")).not.toContain("this as well");
});
