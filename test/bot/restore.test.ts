/** A backup that is put back brings nothing back that somebody had deleted, and everything else. */
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { runDatabaseCommand } from "../../commands/database.ts";
import type { CaseId } from "../../flows/party.ts";
import { temporaryDirectory } from "../models/embedded/support.ts";
import type { TelegramPhone } from "../support/phone.ts";
import { Service } from "../support/service.ts";

const day = 86_400_000;
const running: Service[] = [];
const directories: ReturnType<typeof temporaryDirectory>[] = [];

afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
  for (const directory of directories.splice(0)) directory.remove();
});

async function start(): Promise<{ oslo: Service; place: string }> {
  const directory = temporaryDirectory();
  directories.push(directory);
  const place = join(directory.path, "data");
  const oslo = await Service.start({ uri: null, directory: place });
  running.push(oslo);
  return { oslo, place };
}

async function talks(
  oslo: Service,
  words: string,
  supporter: string,
): Promise<{ kari: TelegramPhone; jonas: TelegramPhone }> {
  const kari = await oslo.supporter(supporter);
  const jonas = oslo.onTelegram();
  await oslo.arrives(jonas, words);
  await kari.taps("Accept");
  await kari.reads(words);
  kari.writes("/pause");
  return { kari, jonas };
}

function database(...words: string[]) {
  return runDatabaseCommand(words, { stopped: Promise.resolve(), say: () => undefined });
}

/** Everything that can be opened of the first cases of all threads. */
async function words(oslo: Service): Promise<string> {
  const { database: open } = oslo.app;
  if (!open) throw new Error("the database is not there");
  const threads = (await open.connection.db?.collection("subjects").find({}).toArray()) ?? [];
  const cases = threads.flatMap(({ _id }) => [0, 1].map((n) => `${String(_id)}.${n}` as CaseId));
  const found = await Promise.all(cases.map((id) => open.messages.lastWords(id, "talk", 100, 1e9)));
  return found
    .flat()
    .map((message) => JSON.stringify(open.messages.open(message)))
    .join();
}

/** How many talks each supporter has. */
async function openTalks(oslo: Service): Promise<number[]> {
  const team = (await oslo.app.database?.subjects.team("oslo")) ?? [];
  return team.flatMap(({ state }) =>
    "supporter" in state && state.supporter ? state.supporter.cases.length : [],
  );
}

test("who deleted everything after the backup stays deleted, and the others' talks go on", async () => {
  const { oslo, place } = await start();
  const gone = await talks(oslo, "a marked word", "Kari");
  const stays = await talks(oslo, "a word that stays", "Mats");
  const backup = join(place, "..", "backup");
  expect((await database("backup", backup, "--dir", place)).ok).toBe(true);
  gone.jonas.writes("delete everything");
  await gone.jonas.taps("Yes, delete");
  await gone.jonas.reads("Done. Your words");
  await oslo.down();
  renameSync(join(place, "data.mdb"), join(place, "broken"));
  const { ok, text } = await database("restore", backup, "--dir", place);
  expect(text).toContain("Of 1 deletions");
  expect(ok).toBe(true);

  await oslo.up();
  await oslo.coordinator().reads("A backup was put back. 1 deletions");
  const left = await words(oslo);
  expect(left).not.toContain("a marked word");
  expect(left).toContain("a word that stays");
  stays.kari.writes("still here");
  await stays.jonas.reads("still here");
  gone.jonas.writes("hello again");
  await gone.jonas.reads("Is that all right?");
  // Done once: another start finds nothing to do.
  await oslo.down();
  await oslo.up();
  stays.kari.writes("and here");
  await stays.jonas.reads("and here");
  expect(oslo.coordinator().screen.filter((each) => each.includes("put back"))).toHaveLength(1);
});

test("words that retention has deleted since the backup are deleted again, with a talk that was open then", async () => {
  const { oslo, place } = await start();
  const { jonas } = await talks(oslo, "a marked word", "Kari");
  const backup = join(place, "..", "backup");
  await database("backup", backup, "--dir", place);
  await jonas.taps("End the talk");
  await jonas.taps("Yes, end it");
  await jonas.reads("is deleted");
  oslo.clock.advance(15 * day);
  const staff = oslo.coordinator();
  const swept = (): string => {
    oslo.clock.advance(1000);
    return staff.screen.join();
  };
  await expect.poll(swept, { timeout: 10_000 }).toContain("Deleted as promised: the words of 1");
  await oslo.down();
  // The old folder is lost but for the list.
  const list = join(place, "..", "list");
  renameSync(join(place, "erasures.jsonl"), list);
  rmSync(join(place, "data.mdb"));
  const { text } = await database("restore", backup, "--dir", place, "--erasures", list);
  expect(text).toContain("Of 1 deletions");
  await oslo.up();
  await oslo.coordinator().reads("A backup was put back");
  expect(await words(oslo)).not.toContain("a marked word");
  // Her open talk of the backup is over for her, too.
  await expect.poll(() => openTalks(oslo), { timeout: 10_000 }).toEqual([0]);
});

test("somebody who came after the backup and deleted everything is new, once and for all", async () => {
  const { oslo, place } = await start();
  const kari = await oslo.supporter("Kari");
  const backup = join(place, "..", "backup");
  await database("backup", backup, "--dir", place);
  const jonas = oslo.onTelegram();
  await oslo.arrives(jonas, "a marked word");
  await kari.taps("Accept");
  await kari.reads("a marked word");
  jonas.writes("delete everything");
  await jonas.taps("Yes, delete");
  await jonas.reads("Done. Your words");
  await oslo.down();
  renameSync(join(place, "data.mdb"), join(place, "broken"));
  await database("restore", backup, "--dir", place);
  await oslo.up();
  await oslo.arrives(jonas, "a new beginning");
  await kari.taps("Accept");
  await kari.reads("a new beginning");
  await oslo.down();
  await oslo.up();
  kari.writes("I am still here");
  await jonas.reads("I am still here");
});

test("without the list of erasures it is said that deleted words are back", async () => {
  const { oslo, place } = await start();
  await talks(oslo, "a word", "Kari");
  const backup = join(place, "..", "backup");
  await database("backup", backup, "--dir", place);
  await oslo.down();
  const { text } = await database("restore", backup, "--dir", join(place, "..", "elsewhere"));
  expect(text).toContain("CAREFUL: there is no erasures.jsonl");
});
