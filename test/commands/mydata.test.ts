/** An access request, answered from a running service: everything of one person, and nothing of anybody else. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { MyData } from "../../bot/my-data.ts";
import { writeMyData } from "../../commands/mydata.ts";
import { cepora } from "../flows/programmes.ts";
import { temporaryDirectory } from "../models/embedded/support.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { Service } from "../support/service.ts";

let server: TestServer;
let oslo: Service;
let folder: ReturnType<typeof temporaryDirectory>;

beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(async () => {
  folder = temporaryDirectory();
  oslo = await Service.start({ uri: server.fresh() });
});
afterEach(async () => {
  await oslo.stop();
  folder.remove();
});
afterAll(() => server.close());

const now = new Date("2026-11-23T12:00:00Z");

async function handleOf(words: string): Promise<string> {
  const { database } = oslo.app;
  const threads = (await database?.connection.db?.collection("subjects").find({}).toArray()) ?? [];
  const messages =
    (await database?.connection.db?.collection("messages").find({ author: "mentee" }).toArray()) ?? [];
  const found = messages.find((message) =>
    JSON.stringify(
      database?.messages.open({ _id: String(message._id), content: message.content as Buffer }),
    ).includes(words),
  );
  return String(threads.find(({ _id }) => String(_id) === found?.subject)?.handle);
}

function run(...words: string[]) {
  return writeMyData(words, () => oslo.config, now);
}

test("words both ways, the alert, who opened it, what is kept until when; no address, nobody else's word", async () => {
  const kari = await oslo.supporter("Kari");
  const jonas = oslo.onTelegram();
  await oslo.arrives(jonas, "my <b>own</b> words");
  await kari.taps("Accept");
  await kari.reads("own");
  kari.writes("an answer to them");
  await jonas.reads("an answer to them");
  kari.writes("/escalate worried about him");
  await oslo.coordinator().reads("needs a coordinator");
  const other = oslo.onMessenger();
  other.writes("somebody else's secret");
  await other.reads("Is that all right?");
  const handle = await handleOf("my <b>own</b> words");

  const { ok, text } = await run(handle, folder.path, "--by", "ingrid");
  expect(text).toContain("hold everything that is stored");
  expect(ok).toBe(true);
  const name = join(folder.path, handle.replaceAll(" ", "-"));
  const json = readFileSync(`${name}.json`, "utf8");
  const data = JSON.parse(json) as MyData;
  expect(data.profile).toMatchObject({
    nickname: handle,
    language: "en",
    age: "18plus",
    channel: "telegram",
  });
  expect(data.consent?.givenAt).toMatch(/^2026-11-23T/);
  expect(data.talks).toHaveLength(1);
  expect(data.talks[0]?.alert?.reason).toContain("worried about him");
  const said = data.words
    .filter(({ from }) => from !== "service")
    .map(({ from, text: words }) => [from, words]);
  expect(said).toEqual([
    ["you", "my <b>own</b> words"],
    ["supporter", "an answer to them"],
  ]);
  expect(data.kept.map(({ what }) => what)).toEqual(["words", "profile", "records", "backups"]);
  expect(data.kept[3]?.until).toBe("2026-12-23T12:00:00.000Z");

  const page = readFileSync(`${name}.html`, "utf8");
  expect(page).toContain("my &lt;b&gt;own&lt;/b&gt; words");
  expect(page).not.toContain("<b>own");
  expect(page).toContain("an answer to them");
  expect(page).toContain(`<dd>${handle}</dd>`);
  for (const file of [json, page]) {
    expect(file).not.toContain("somebody else");
    expect(file).not.toContain(String(jonas.user.id));
  }
  expect(statSync(`${name}.json`).mode & 0o777).toBe(0o600);

  const views = await oslo.app.database?.views.between(new Date(0), new Date("2027-01-01"));
  expect(views?.map(({ by, why }) => `${by}: ${why}`)).toContain("ingrid: my data");
  // Nothing is overwritten, and who opens it is always said.
  await expect(run(handle, folder.path, "--by", "ingrid")).rejects.toThrow("EEXIST");
  expect((await run(handle, folder.path)).text).toContain("--by");
});

test("in the language of whoever it is about", async () => {
  const mats = oslo.onTelegram();
  mats.writes("norsk");
  await mats.reads("norsk");
  mats.writes("Hei, er det noen her?");
  await mats.reads("Er det greit?");
  const handle = await handleOf("er det noen her");
  await run(handle, folder.path, "--by", "ingrid");
  const page = readFileSync(join(folder.path, `${handle.replaceAll(" ", "-")}.html`), "utf8");
  expect(page).toContain('<html lang="nb-NO">');
  expect(page).toContain("Det som er skrevet");
  expect(page).toContain("ikke gitt");
});

test("in the letters of whoever it is about", async () => {
  await oslo.stop();
  oslo = await Service.start({ uri: server.fresh(), programme: cepora });
  const mila = oslo.onTelegram();
  mila.writes("Здраво, има ли кога овде?");
  await mila.reads("Где си?");
  const handle = await handleOf("има ли кога");
  await run(handle, folder.path, "--by", "jelena");
  const page = readFileSync(join(folder.path, `${handle.replaceAll(" ", "-")}.html`), "utf8");
  expect(page).toContain('<html lang="sr-Cyrl-RS">');
  expect(page).toContain("Твоји подаци");
  expect(page).toContain("<dd>српски</dd>");
});

test("nobody of that nickname: nothing is written", async () => {
  const { ok, text } = await run("Blue Heron 27", join(folder.path, "out"), "--by", "ingrid");
  expect(text).toBe("Nobody is known as Blue Heron 27.");
  expect(ok).toBe(false);
  expect(existsSync(join(folder.path, "out"))).toBe(false);
});
