/** A group becomes the staff group by a one-time code that one of its administrators writes. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { claimCodes, unclaimedSites } from "../../bot/claim.ts";
import type { Programme, Site } from "../../programmes/programme.ts";
import type { TelegramGroup } from "../../simulator/index.ts";
import { oslo } from "../flows/programmes.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
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

async function unclaimed(): Promise<Service> {
  const started = await Service.start({ uri: server.fresh(), staffGroupConfigured: false });
  running.push(started);
  return started;
}

/** What whoever starts Peerline reads on their terminal. */
async function newCode(service: Service, sites: readonly Site[] = service.programme.sites): Promise<string> {
  const database = service.app.database ?? expect.fail("no database");
  const words = await claimCodes(sites, database);
  return /\/claim (\d{4}-\d{4})/.exec(words)?.[1] ?? expect.fail(`no code in: ${words}`);
}

/** Another group with the team bot in it, and its owner. */
function anotherGroup(oslo: Service): { owner: TelegramPhone; group: TelegramGroup } {
  const user = oslo.cast.addCoordinator();
  const group = oslo.simulator.telegram.createGroup({ title: "Another", members: [user, oslo.cast.teamBot] });
  return { owner: new TelegramPhone(oslo.simulator, user, group), group };
}

/** A supporter in a talk, who can call the coordinators. */
async function inTalk(oslo: Service): Promise<TelegramPhone> {
  const kari = await oslo.supporter("Kari");
  await oslo.arrives(oslo.onTelegram(), "Hi there");
  await kari.taps("Accept");
  await kari.reads("Hi there");
  return kari;
}

describe("a one-time code", () => {
  test("makes a group the staff group, once; a later start knows it, and the settings win", async () => {
    const service = await unclaimed();
    const database = service.app.database ?? expect.fail("no database");
    const code = await newCode(service);
    const ingrid = service.coordinator();
    expect(await unclaimedSites(service.programme, database)).toHaveLength(1);
    ingrid.writes("/invite");
    ingrid.writes(`/claim ${code}`);
    await ingrid.reads("This group is the staff group now");
    expect(ingrid.screen.join()).not.toContain("t.me/");
    // The same again, as after a crash in the middle, does no harm.
    ingrid.writes(`/claim ${code}`);
    await ingrid.reads("This group is the staff group now");
    expect(await unclaimedSites(service.programme, database)).toEqual([]);
    const kari = await inTalk(service);

    const other = anotherGroup(service);
    other.owner.writes(`/claim ${code}`);
    await other.owner.reads("There is no code that I could accept");

    await service.down();
    await service.up();
    kari.writes("/escalate first");
    await ingrid.reads("first");

    await service.down();
    await service.up({ staffChatId: String(other.group.id) });
    kari.writes("/escalate second");
    await other.owner.reads("second");
    expect(ingrid.screen.join()).not.toContain("second");
    expect(service.logged.join()).not.toContain(code);
  });

  test("moves the staff group, and who is not in the new one is no coordinator any more", async () => {
    const service = await unclaimed();
    const ingrid = service.coordinator();
    ingrid.writes(`/claim ${await newCode(service)}`);
    await ingrid.reads("This group is the staff group now");
    const kari = await inTalk(service);
    const own = new TelegramPhone(service.simulator, ingrid.user, service.cast.teamBot);
    own.starts();
    await own.reads("From now on I can call you here");

    const other = anotherGroup(service);
    other.owner.writes(`/claim ${await newCode(service)}`);
    await other.owner.reads("This group is the staff group now");
    kari.writes("/escalate for the new group");
    await other.owner.reads("for the new group");
    expect(ingrid.screen.join()).not.toContain("for the new group");
    own.starts();
    await own.reads("This chat is for the team");
    ingrid.writes("/invite");
    other.owner.writes("/alarmtest");
    await other.owner.reads("Nobody has opened a chat with me yet");
    expect(ingrid.screen.filter((text) => text.includes("t.me/"))).toHaveLength(1);
  });

  test("is each site's own, and what belongs to a site is said in its group", async () => {
    const [first] = oslo.sites;
    if (!first) throw new Error("a programme without a site");
    const dublin = { ...first, id: "dublin", name: "Dublin", country: "ie" };
    const programme: Programme = { ...oslo, languages: ["en", "nb"], sites: [first, dublin] };
    const north = await Service.start({ uri: server.fresh(), programme });
    running.push(north);
    const other = anotherGroup(north);
    other.owner.writes(`/claim ${await newCode(north, [dublin])}`);
    await other.owner.reads("This group is the staff group now");
    other.owner.writes("/open 60 exams");
    await other.owner.reads("has opened until");
    expect(north.coordinator().screen).toEqual([]);
  });

  test("is refused from whoever can't decide, with what to do", async () => {
    const service = await unclaimed();
    const code = await newCode(service);
    const owner = service.coordinator();
    const member = service.coordinator(1);
    member.writes(`/claim ${code}`);
    await member.reads("Only an administrator");
    owner.user.writes(service.cast.staffGroup, `/claim ${code}`, { anonymously: true });
    await owner.reads("Switch off “Remain anonymous”");
    const own = new TelegramPhone(service.simulator, owner.user, service.cast.teamBot);
    own.writes(`/claim ${code}`);
    await own.reads("Please write this in the group");
    owner.writes(`/claim ${code}`);
    await owner.reads("This group is the staff group now");
  });

  test("is worth nothing after five wrong ones, until there is a new one", async () => {
    const service = await unclaimed();
    const code = await newCode(service);
    const ingrid = service.coordinator();
    const wrong = code.startsWith("0") ? "1111-1111" : "0000-0000";
    for (let tries = 0; tries < 5; tries += 1) {
      ingrid.writes(`/claim ${wrong}`);
      await ingrid.reads("That code is not right");
    }
    ingrid.writes(`/claim ${code}`);
    await ingrid.reads("There is no code that I could accept");
    ingrid.writes("/claim");
    await ingrid.reads("That code is not right");
    ingrid.writes(`/claim ${await newCode(service)}`);
    await ingrid.reads("This group is the staff group now");
  });
});
