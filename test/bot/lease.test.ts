/** The lease when everything is slow: whoever has lost it stops, and whoever has it works. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/database.ts";
import type { Instance } from "../support/instance.ts";
import { publicBot, teamBot } from "../support/people.ts";
import { Stage } from "../support/stage.ts";

let server: TestServer;
let stage: Stage;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  stage = await Stage.open(server, { supporters: ["21"], mentees: ["11"] });
});
afterEach(() => stage.close());

async function talk(instance: Instance): Promise<void> {
  stage.says(publicBot, "11", "word-0");
  await stage.deliver(instance);
  await stage.pressesButton(teamBot, "21", "offer:accept:");
  await stage.deliver(instance);
  await stage.shown(teamBot, "21", "word-0");
}

test("a renewal that is answered too late: what came meanwhile is taken up all the same", async () => {
  // Long enough that the answer comes after the end of the lease and before the end of the one it grants.
  const instance = await stage.instance({ timing: { lease: 4000, worker: { look: 40 } } });
  await talk(instance);
  const renewal = instance.proxy.stopAt("update", "leases");
  await renewal.reached;
  await stage.until(() => !instance.works, "the end of the lease");
  stage.says(publicBot, "11", "word-1");
  await stage.deliver(instance);
  renewal.letGo();
  await stage.shown(teamBot, "21", "word-1");
  expect(instance.works).toBe(true);
});

test("taking up the work may last longer than a lease, which is prolonged meanwhile", async () => {
  const first = await stage.instance();
  await talk(first);
  await first.stop();
  const epochBefore = await epoch();
  const second = await stage.instance({ timing: { lease: 1000 } });
  const beginning = second.proxy.stopAt("find", "messages");
  await beginning.reached;
  const renewals = second.proxy.writes;
  await stage.until(() => second.proxy.writes > renewals + 6, "more than one lease of renewals");
  beginning.letGo();
  stage.says(publicBot, "11", "word-1");
  await stage.deliver(second);
  await stage.shown(teamBot, "21", "word-1");
  expect(await epoch()).toBe(epochBefore + 1);
});

async function epoch(): Promise<number> {
  const lease = await stage.database.connection.collection("leases").findOne({});
  return Number(lease?.epoch);
}
