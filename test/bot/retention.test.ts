/** What is forgotten, and when: in the database, and in the chats of those who read it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { noticed } from "../../bot/inbox.ts";
import type { ThreadInput } from "../../flows/input.ts";
import type { CaseId, SubjectId } from "../../flows/party.ts";
import type { InboundDocument } from "../../models/inbound.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import type { TelegramPhone } from "../support/phone.ts";
import { Service, type ServiceOptions } from "../support/service.ts";

let server: TestServer;
const running: Service[] = [];
const hour = 3_600_000;
const day = 24 * hour;

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});
afterAll(() => server.close());

async function talk(
  options: ServiceOptions = { uri: server.fresh() },
): Promise<{ oslo: Service; kari: TelegramPhone; jonas: TelegramPhone }> {
  const oslo = await Service.start(options);
  running.push(oslo);
  const kari = await oslo.supporter("Kari");
  const jonas = oslo.onTelegram();
  await oslo.arrives(jonas, "a marked word");
  await kari.taps("Accept");
  await kari.reads("a marked word");
  kari.writes("an answer to it");
  await jonas.reads("an answer to it");
  return { oslo, kari, jonas };
}

function databaseOf(oslo: Service) {
  const { database } = oslo.app;
  if (!database) throw new Error("the database is not there");
  return database;
}

/** Everything that can still be opened of the first case of every thread, and outside of cases. */
async function wordsLeft(oslo: Service): Promise<string[]> {
  const { connection, messages } = databaseOf(oslo);
  const threads = (await connection.db?.collection("subjects").find({}).toArray()) ?? [];
  const ids = threads.map(({ _id }) => String(_id)).filter((id) => id.startsWith("t"));
  const found = await Promise.all(
    ids.flatMap((id) => [0, 1].map((n) => messages.lastWords(`${id}.${n}` as CaseId, "talk", 100, 1e9))),
  );
  return found.flat().flatMap((message) => JSON.stringify(messages.open(message)) ?? []);
}

async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((next) => setTimeout(next, 20))) {
    if (await what()) return;
  }
  throw new Error("waited in vain");
}

test("after a closing the words leave the supporter's chat within a day, and the database after 14", async () => {
  const { oslo, kari, jonas } = await talk();
  await jonas.taps("End the talk");
  await jonas.taps("Yes, end it");
  await kari.reads("has ended the talk");
  await jonas.reads("is deleted");
  oslo.clock.advance(21 * hour);
  await until(() => !kari.screen.join().includes("a marked word"));
  expect((await wordsLeft(oslo)).join()).toContain("a marked word");
  oslo.clock.advance(14 * day);
  await oslo.coordinator().reads("Deleted as promised: the words of 1");
  expect((await wordsLeft(oslo)).join()).not.toContain("a marked word");
});

test("what a coordinator has to keep is kept, and deleted when that is over", async () => {
  const { oslo, kari, jonas } = await talk();
  const staff = oslo.coordinator();
  const threads = await databaseOf(oslo).connection.db?.collection("subjects").find({}).toArray();
  const handle = String(threads?.find((each) => each.handle)?.handle);
  staff.writes(`/hold ${handle} 40 a complaint`);
  await staff.reads("keeps what was written");
  await jonas.taps("End the talk");
  await jonas.taps("Yes, end it");
  await jonas.reads("is deleted");
  // Somebody else's talk shows that the sweep was there.
  const maria = oslo.onTelegram();
  await oslo.arrives(maria, "another word");
  await kari.taps("Accept");
  await kari.reads("another word");
  await maria.taps("End the talk");
  await maria.taps("Yes, end it");
  await maria.reads("is deleted");
  const advances = (text: string) => (): boolean => {
    oslo.clock.advance(1000);
    return staff.screen.join().includes(text);
  };
  oslo.clock.advance(15 * day);
  await until(advances("Deleted as promised: the words of 1"));
  const left = (await wordsLeft(oslo)).join();
  expect(left).toContain("a marked word");
  expect(left).not.toContain("another word");
  oslo.clock.advance(26 * day);
  await until(advances("The hold on"));
  await until(async () => {
    oslo.clock.advance(1000);
    return !(await wordsLeft(oslo)).join().includes("a marked word");
  });
});

test("words are kept longer for whoever agreed to that, and no longer than they were told", async () => {
  const { oslo, jonas } = await talk();
  jonas.writes("consent");
  await jonas.taps("✗ Keep longer");
  await jonas.reads("Noted");
  await jonas.taps("End the talk");
  await jonas.taps("Yes, end it");
  await jonas.reads("is deleted");
  const staff = oslo.coordinator();
  const sweeps = (text: string) => (): boolean => {
    oslo.clock.advance(1000);
    return staff.screen.join().includes(text);
  };
  const maria = oslo.onTelegram();
  await oslo.arrives(maria, "another word");
  await maria.reads("asking our supporters");
  await maria.taps("I'd rather not say");
  maria.writes("/end");
  await maria.taps("Yes, end it");
  await maria.reads("stopped looking");
  oslo.clock.advance(15 * day);
  await until(sweeps("Deleted as promised: the words of 1"));
  expect((await wordsLeft(oslo)).join()).toContain("a marked word");
  oslo.clock.advance(76 * day);
  await until(async () => {
    oslo.clock.advance(1000);
    return !(await wordsLeft(oslo)).join().includes("a marked word");
  });
});

test("everything deleted at once when the mentee says so, and a fresh start after it", async () => {
  const { oslo, kari, jonas } = await talk();
  jonas.writes("delete everything");
  await jonas.taps("Yes, delete");
  await jonas.reads("Done. Your words");
  expect((await wordsLeft(oslo)).join()).not.toContain("a marked word");
  oslo.clock.advance(1000);
  await until(() => {
    oslo.clock.advance(1000);
    return !kari.screen.join().includes("a marked word");
  });
  jonas.writes("hello again");
  await jonas.reads("automatic helper");
});

test("words that could not be handled and were set aside are deleted too, at once or after 14 days", async () => {
  const timing = { worker: { look: 50, tries: [1] } };
  const { oslo, jonas } = await talk({ uri: server.fresh(), app: { timing } });
  const { inbound, connection } = databaseOf(oslo);
  const raws = connection.db?.collection<InboundDocument>("inbound");
  const thread = String(
    (await connection.db?.collection("messages").findOne({ author: "mentee" }))?.subject,
  ) as SubjectId;
  const aside = async (key: string): Promise<boolean> =>
    (await raws?.findOne({ _id: key }))?.state === "aside";
  const broken = { input: "mentee_wrote" } as unknown as ThreadInput;
  const fails = async (key: string): Promise<void> => {
    await inbound.store([noticed({ inbound }, key, thread, broken, oslo.clock.now())]);
    await until(() => aside(key));
  };
  await fails("one");
  await raws?.updateOne({ _id: "one" }, { $set: { storedAt: new Date(Date.now() - 15 * day) } });
  oslo.clock.advance(1000);
  await until(async () => !(await aside("one")));
  await fails("two");
  jonas.writes("delete everything");
  await jonas.taps("Yes, delete");
  await jonas.reads("Done. Your words");
  for (const key of ["one", "two"]) expect((await raws?.findOne({ _id: key }))?.raw).toBeNull();
});

/** The files of a folder in which these bytes stand. */
function filesWith(bytes: Buffer, folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(folder, name);
    return statSync(path).isFile() && readFileSync(path).includes(bytes);
  });
}

test("a day after words were deleted, not even their sealed bytes are in any file of the data folder", async () => {
  const place = mkdtempSync(join(tmpdir(), "peerline-retention-"));
  try {
    const { oslo, jonas } = await talk({ uri: null, directory: place });
    const { connection, messages } = databaseOf(oslo);
    const stored = (await connection.db?.collection("messages").find({ author: "mentee" }).toArray()) ?? [];
    const [marked] = stored.filter(({ _id, content }) =>
      JSON.stringify(messages.open({ _id: String(_id), content: content as Buffer })).includes(
        "a marked word",
      ),
    );
    const bytes = marked?.content as Buffer;
    expect(filesWith(bytes, place)).toEqual(["data.mdb"]);
    jonas.writes("delete everything");
    await jonas.taps("Yes, delete");
    await jonas.reads("Done. Your words");
    await until(() => {
      oslo.clock.advance(day + hour);
      return filesWith(bytes, place).length === 0;
    });
    jonas.writes("hello again");
    await jonas.reads("automatic helper");
  } finally {
    for (const service of running.splice(0)) await service.stop();
    rmSync(place, { recursive: true, force: true });
  }
});

test("who has not written for half a year is forgotten whole, and is somebody new", async () => {
  const { oslo, jonas } = await talk();
  await jonas.taps("End the talk");
  await jonas.taps("Yes, end it");
  await jonas.reads("is deleted");
  oslo.clock.advance(181 * day);
  await until(() => {
    oslo.clock.advance(1000);
    return oslo.coordinator().screen.join().includes("everything of 1 people");
  });
  const { connection } = databaseOf(oslo);
  const chats = connection.db?.collection("chats");
  await until(async () => (await chats?.countDocuments({ channel: "telegram:public" })) === 0);
  jonas.writes("hello again");
  await jonas.reads("Is that all right?");
  await jonas.taps("Yes, that's fine");
  await jonas.reads("how old are you");
});
