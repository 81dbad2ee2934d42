/** What coordinators hear once a month, on the first day on which they are there. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { remindMonthly } from "../../bot/monthly.ts";
import { viewsOf } from "../../commands/views.ts";
import { openDatabase } from "../../models/database.ts";
import { oslo as programme } from "../flows/programmes.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { testKeys } from "../support/instance.ts";
import { TelegramPhone } from "../support/phone.ts";
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

async function start(at: string): Promise<Service> {
  const oslo = await Service.start({ uri: server.fresh(), at });
  running.push(oslo);
  return oslo;
}

function to(oslo: Service, at: string): void {
  oslo.clock.advance(new Date(at).getTime() - oslo.clock.now().getTime());
}

/** Lets sweeps go by until what belongs to this month is done. */
async function sweeps(oslo: Service): Promise<void> {
  const upkeep = oslo.app.database?.connection.db?.collection("upkeep");
  const month = oslo.clock.now().toISOString().slice(0, 7);
  const noted = async (): Promise<unknown> => {
    oslo.clock.advance(1000);
    const found = await upkeep?.findOne({ month: { $exists: true } });
    return found?.month;
  };
  await expect.poll(noted, { timeout: 10_000 }).toBe(month);
}

test("who opened which talk last month and why: once, on the first working day", async () => {
  const oslo = await start("2026-11-23T09:00:00Z");
  await sweeps(oslo);
  const ingrid = oslo.coordinator();
  const own = new TelegramPhone(oslo.simulator, ingrid.user, oslo.cast.teamBot);
  own.starts();
  ingrid.writes("/duty");
  await ingrid.reads("On duty");
  const kari = await oslo.supporter("Kari");
  const jonas = oslo.onTelegram();
  await oslo.arrives(jonas, "a marked word");
  await kari.taps("Accept");
  await kari.reads("a marked word");
  kari.writes("/escalate I am worried");
  await ingrid.reads("needs a coordinator");
  await ingrid.taps("I take it");
  await own.reads("needs a coordinator");
  await own.taps("Read the talk");
  await own.reads("a marked word");

  to(oslo, "2026-11-30T10:00:00Z");
  await expect(viewsOf(["--month", "2026-10"], () => oslo.config)).resolves.toContain("Nobody opened");
  expect(ingrid.screen.join()).not.toContain("Who opened a talk");
  to(oslo, "2026-12-01T07:30:00Z");
  oslo.clock.advance(1000);
  to(oslo, "2026-12-01T08:30:00Z");
  const { text } = await ingrid.reads("Who opened a talk besides the two who had it");
  expect(text).toContain("1 November to Monday 30 November");
  expect(text).toMatch(/: \p{L}+, \w+ \w+ \d+, alert 1/u);
  expect(text).not.toContain("marked");
  await sweeps(oslo);
  to(oslo, "2026-12-02T10:00:00Z");
  oslo.clock.advance(1000);
  const listed = await viewsOf(["--month", "2026-11"], () => oslo.config);
  expect(listed).toMatch(/^2026-11-23 10:0\d\t\p{L}+\t\w+ \w+ \d+\talert 1$/u);
  to(oslo, "2027-01-04T08:30:00Z");
  await ingrid.reads("nobody opened a talk");
  expect(ingrid.screen.filter((each) => each.includes("Who opened a talk"))).toHaveLength(1);
});

test("helplines that nobody has checked for 180 days; and no month begins before the service did", async () => {
  const oslo = await start("2027-05-31T09:00:00Z");
  const ingrid = oslo.coordinator();
  await sweeps(oslo);
  expect(ingrid.screen.join()).not.toContain("opened a talk");
  to(oslo, "2027-06-01T06:30:00Z");
  oslo.clock.advance(1000);
  expect(ingrid.screen.join()).not.toContain("180 days");
  to(oslo, "2027-06-01T07:30:00Z");
  await ingrid.reads("nobody opened a talk");
  const { text } = await ingrid.reads("last checked more than 180 days ago");
  expect(text).toContain("Mental Helse");
});

test("not at night, on a holiday or a weekend: at the first opening of the month, and once", async () => {
  const database = await openDatabase({ uri: server.fresh(), directory: "", keys: testKeys });
  const [site] = programme.sites;
  if (!site) throw new Error("a programme without a site");
  const said: string[] = [];
  const remind = async (at: string): Promise<string[]> => {
    await remindMonthly(database, site, new Date(at), async (key) => void said.push(key));
    return said.splice(0);
  };
  try {
    expect(await remind("2026-12-15T10:00:00Z")).toEqual([]);
    expect(await remind("2027-01-01T10:00:00Z")).toEqual([]);
    expect(await remind("2027-01-03T10:00:00Z")).toEqual([]);
    expect(await remind("2027-01-04T07:59:00Z")).toEqual([]);
    expect(await remind("2027-01-04T08:00:00Z")).toEqual(["monthly/oslo/2027-01/opened"]);
    expect(await remind("2027-01-04T08:15:00Z")).toEqual([]);
    expect(await remind("2027-02-01T08:15:00Z")).toEqual(["monthly/oslo/2027-02/opened"]);
  } finally {
    await database.close();
  }
});
