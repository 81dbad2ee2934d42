/** Somebody asks for everything that is stored of them, and gets it in their own chat. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { MyData } from "../../bot/my-data.ts";
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
  const oslo = await Service.start({ uri: server.fresh() });
  running.push(oslo);
  const kari = await oslo.supporter("Kari");
  const mentee = oslo.mentee(channel);
  await oslo.arrives(mentee, "a marked word");
  await kari.taps("Accept");
  await kari.reads("a marked word");
  kari.writes("an answer <b> to it");
  await mentee.reads("an answer <b> to it");
  const other = oslo.onTelegram();
  await oslo.arrives(other, "somebody else's word");

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
