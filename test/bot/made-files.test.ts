/** Files that are made when they are sent: somebody's own data, in their chat; the register, in the staff group. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { MyData } from "../../bot/my-data.ts";
import type { Programme } from "../../programmes/programme.ts";
import { oslo } from "../flows/programmes.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
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

test.each([
  ["telegram", "document"],
  ["messenger", "file"],
] as const)("on %s, as a page and as JSON, and nobody else's", async (channel, shown) => {
  const service = await Service.start({ uri: server.fresh() });
  running.push(service);
  const kari = await service.supporter("Kari");
  const mentee = service.mentee(channel);
  await service.arrives(mentee, "a marked word");
  await kari.taps("Accept");
  await kari.reads("a marked word");
  kari.writes("an answer <b> to it");
  await mentee.reads("an answer <b> to it");
  const other = service.onTelegram();
  await service.arrives(other, "somebody else's word");

  mentee.writes("my data");
  await mentee.reads("This is what I know of you");
  await mentee.taps("All of it, as files");
  const page = await mentee.receives(shown);
  const html = page.file.bytes.toString("utf8");
  expect(page.file.name).toBe("my-data.html");
  expect(html).toContain("a marked word");
  expect(html).toContain("an answer &lt;b&gt; to it");
  const { file } = await mentee.receives(shown);
  expect(file.name).toBe("my-data.json");
  const data = JSON.parse(file.bytes.toString("utf8")) as MyData;
  expect(data.words.map(({ text }) => text)).toEqual(
    expect.arrayContaining(["a marked word", "an answer <b> to it"]),
  );
  for (const text of [html, JSON.stringify(data)]) {
    expect(text).not.toContain("somebody else's word");
    expect(text).not.toContain(kari.user.firstName);
  }
});

test("the register of a month, in the organisers' own columns and without a word of a talk", async () => {
  const register: Programme["register"] = [
    { holds: "handle", title: "Who" },
    { holds: "way", title: "How, answered" },
  ];
  const programme: Programme = { ...oslo, languages: ["en", "nb"], register };
  const service = await Service.start({ uri: server.fresh(), programme });
  running.push(service);
  const kari = await service.supporter("Kari");
  const staff = service.coordinator();
  const mentee = service.onTelegram();
  await service.arrives(mentee, "a marked word");
  await kari.taps("Accept");
  await mentee.reads("You are now writing with Kari");
  await mentee.taps("End the talk");
  await mentee.taps("Yes, end it");
  await mentee.reads("This talk is closed");
  for (const answer of ["Studies", "E-mail", "Listened", "No"]) await kari.taps(answer);
  await kari.chat.waitFor("recorded. Thank you");
  staff.writes("/register November");
  await staff.reads("Write the month");
  staff.writes("/register");
  const { file } = await staff.receives("document");
  expect(file.name).toBe("register-2026-11.csv");
  const [head, row] = file.bytes.toString("utf8").split("\r\n");
  expect(head).toBe('\uFEFFWho,"How, answered"');
  expect(row).toMatch(/^\w+ \w+ \d\d,email$/);
});
