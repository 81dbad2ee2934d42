/** Nobody is let in before the service is ready and a coordinator has said so; what was open stays open. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Programme } from "../../programmes/programme.ts";
import { oslo } from "../flows/programmes.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { TelegramPhone } from "../support/phone.ts";
import { Service } from "../support/service.ts";

let server: TestServer;
const running: Service[] = [];
const careful: Programme = { ...oslo, languages: ["en", "nb"], goLive: "when_ready" };

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});
afterAll(() => server.close());

async function service(programme: Programme): Promise<Service> {
  const started = await Service.start({ uri: server.fresh(), programme });
  running.push(started);
  return started;
}

/** A coordinator who can be called in their own chat. */
async function tested(oslo: Service, place: number): Promise<void> {
  const staff = oslo.coordinator(place);
  const own = new TelegramPhone(oslo.simulator, staff.user, oslo.cast.teamBot);
  staff.writes("/duty");
  await staff.reads("press Start");
  own.starts();
  await own.reads("From now on I can call you here");
  staff.writes("/alarmtest");
  await own.taps("I got it");
  await staff.reads("has answered the test alarm");
}

test("a mentee hears that it is not open yet, until everything is there and a coordinator opens; for good", async () => {
  const oslo = await service(careful);
  const staff = oslo.coordinator();
  const mentee = oslo.onMessenger();
  mentee.writes("Hi, my secret is Zebra");
  await mentee.reads("is not open yet");
  await tested(oslo, 0);
  staff.writes("/golive");
  const missing = await staff.reads("still missing");
  expect(missing.text).toContain("Two coordinators");
  expect(missing.text).toContain("A supporter");
  await tested(oslo, 1);
  await oslo.supporter("Kari");
  staff.writes("/golive");
  await staff.reads("has opened");

  await oslo.down();
  await oslo.up();
  mentee.writes("Hi again");
  await mentee.reads("Is that all right?");
  expect(mentee.screen.filter((text) => text.includes("not open yet"))).toHaveLength(1);
  // What was written before the opening is nowhere any more.
  const { connection } = oslo.app.database ?? expect.fail("no database");
  expect(await connection.collection("messages").countDocuments({ author: "mentee", made: 1 })).toBe(0);
});

test("an installation that has talked with mentees before there was such a thing stays open", async () => {
  const oslo = await service({ ...careful, goLive: "at_once" });
  await oslo.arrives(oslo.onTelegram(), "Hi there");
  await oslo.down();
  await oslo.up({ programme: careful });
  const mentee = oslo.onTelegram();
  mentee.writes("Hello");
  await mentee.reads("Is that all right?");
});

test("whoever starts it sees whether the staff group is known, and whether we may write there", async () => {
  const oslo = await service(careful);
  const standing = async () => {
    const [first] = await oslo.app.notOpenYet();
    return first?.readiness.staffGroup;
  };
  expect(await standing()).toBe("reachable");
  oslo.cast.staffGroup.remove(oslo.cast.teamBot);
  expect(await standing()).toBe("unreachable");
  await oslo.down();
  await oslo.up({ programme: { ...careful, goLive: "at_once" } });
  expect(await oslo.app.notOpenYet()).toEqual([]);
});
