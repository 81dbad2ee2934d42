/**
 * The process stops at every single write of one conversation, once before the write takes effect and once after;
 * another one starts; and everybody has read what they should have read.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../models/database.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { Instance, testKeys } from "../support/instance.ts";
import { castPeople, publicBot, teamBot } from "../support/people.ts";
import { type Shown, TestPlatform } from "../support/platform.ts";
import type { Breaking } from "../support/proxy.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const mentee = "11";
const supporter = "21";

interface Outcome {
  writes: number;
  died: boolean;
  /** What each of the two was shown of the other's words, in order. */
  read: { supporter: string[]; mentee: string[] };
  /** Words shown a second time without saying so. */
  unmarked: string[];
  repeats: number;
  records: number;
  unrest: number;
}

/** Plays the conversation to its end, whatever dies on the way. */
async function converse(breaking: Breaking): Promise<Outcome> {
  const uri = server.fresh();
  let now = Date.parse("2026-11-23T10:00:00Z");
  const platform = new TestPlatform(() => ++now);
  const database = await openDatabase({ uri, directory: "", keys: testKeys });
  await castPeople(database, platform, { supporters: [supporter], mentees: [mentee], now });
  const begin = (how: Breaking): Promise<Instance> =>
    Instance.start({ uri, platform, now: () => now, breaking: how, timing: { lease: 250 } });
  const first = await begin(breaking);
  let instance = first;
  const alive = async (): Promise<Instance> => {
    if (instance.dead) {
      instance.crash();
      instance = await begin({});
    }
    return instance;
  };
  const until = async (what: (shown: Shown) => boolean): Promise<Shown> => {
    for (const end = Date.now() + 15_000; Date.now() < end; ) {
      await alive();
      await platform.deliver(
        () => instance.deliver,
        async () => {
          await pause(5);
          await alive();
        },
      );
      const found = platform.shown.find(what);
      if (found) return found;
      await pause(3);
    }
    throw new Error(
      `it was never shown; these were:\n${platform.shown.map(({ chat, text }) => `${chat}: ${text}`).join("\n")}`,
    );
  };
  const says = (bot: typeof publicBot | typeof teamBot, by: string, text: string): void =>
    platform.happens(bot, by, {
      kind: "wrote",
      message: text,
      content: { kind: "text", text },
      replyTo: null,
      senderName: null,
    });
  const presses = (bot: typeof publicBot | typeof teamBot, by: string, payload: string): void =>
    platform.happens(bot, by, { kind: "pressed", payload, message: null, press: null, senderName: null });
  const button = async (prefix: string): Promise<string> => {
    const has = ({ buttons }: Shown) => buttons.some(({ payload }) => payload.startsWith(prefix));
    const { buttons } = await until(has);
    return buttons.find(({ payload }) => payload.startsWith(prefix))?.payload ?? "";
  };

  says(publicBot, mentee, "word-1");
  says(publicBot, mentee, "word-2");
  presses(teamBot, supporter, await button("offer:accept:"));
  await until(({ text }) => text.includes("word-2"));
  says(teamBot, supporter, "answer-1");
  says(publicBot, mentee, "word-3");
  await until(({ text }) => text.includes("answer-1"));
  await until(({ text }) => text.includes("word-3"));
  presses(teamBot, supporter, (await button("case:end:")).replace(":end:", ":endyes:"));
  await until(({ chat, text }) => chat.startsWith(publicBot) && text.startsWith("Takk for praten"));

  const { connection } = database;
  const count = (name: string, filter: object) => connection.collection(name).countDocuments(filter);
  const restless = async (): Promise<number> =>
    (await count("inbound", { state: { $ne: "done" } })) +
    (await count("subjects", { pending: true })) +
    (await count("messages", { delivery: { $in: ["held", "queued", "sending"] } }));
  for (const end = Date.now() + 5000; (await restless()) > 0 && Date.now() < end; ) {
    await alive();
    await pause(5);
  }
  const outcome = {
    writes: first.proxy.writes,
    died: first.dead,
    ...account(platform),
    records: await count("records", {}),
    unrest: await restless(),
  };
  await instance.stop();
  if (first !== instance) await first.stop();
  await database.close();
  return outcome;
}

function account(platform: TestPlatform): Pick<Outcome, "read" | "unmarked" | "repeats"> {
  const unmarked: string[] = [];
  let repeats = 0;
  const words = (bot: typeof publicBot | typeof teamBot, number: string): string[] => {
    const read: string[] = [];
    for (const { text } of platform.chat(bot, number)) {
      const word = /(word|answer)-\d/.exec(text)?.[0];
      if (!word) continue;
      if (!read.includes(word)) read.push(word);
      else {
        repeats += 1;
        if (!text.includes("kan ha kommet to ganger")) unmarked.push(word);
      }
    }
    return read;
  };
  return {
    read: { supporter: words(teamBot, supporter), mentee: words(publicBot, mentee) },
    unmarked,
    repeats,
  };
}

const whole = {
  read: { supporter: ["word-1", "word-2", "word-3"], mentee: ["answer-1"] },
  unmarked: [],
  records: 1,
  unrest: 0,
};

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

describe("a stop at every write", () => {
  test("before and after it takes effect", { timeout: 300_000 }, async () => {
    const untroubled = await converse({});
    expect(untroubled).toMatchObject({ ...whole, repeats: 0, died: false });
    expect(untroubled.writes).toBeGreaterThan(30);
    let died = 0;
    for (let dieAt = 1; dieAt <= untroubled.writes; dieAt++) {
      for (const after of [false, true]) {
        const outcome = await converse({ dieAt, after });
        expect(outcome, `died at write ${dieAt}, ${after ? "after" : "before"} it took effect`).toMatchObject(
          whole,
        );
        // One process died, so at most one message of each line was on its way.
        expect(outcome.repeats).toBeLessThanOrEqual(2);
        if (outcome.died) died += 1;
      }
    }
    expect(died).toBeGreaterThan(untroubled.writes);
  });
});
