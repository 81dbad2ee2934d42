/** A new key, an old key that goes, and a key that is lost: conversations go on as far as they can. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { newKey } from "../../bot/keys.ts";
import { runKeyCommand } from "../../commands/key.ts";
import { connect } from "../../models/database.ts";
import { type EncryptionKey, Sealer } from "../../models/seal.ts";
import { SealedStore } from "../../models/sealed.ts";
import { temporaryDirectory } from "../models/embedded/support.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import { testKeys } from "../support/instance.ts";
import type { TelegramPhone } from "../support/phone.ts";
import { Service, type ServiceOptions } from "../support/service.ts";

let server: TestServer;
const running: Service[] = [];
const directories: ReturnType<typeof temporaryDirectory>[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
  for (const directory of directories.splice(0)) directory.remove();
});
afterAll(() => server.close());

const now = new Date("2026-11-23T12:00:00Z");
const fresh: EncryptionKey = { id: "fresh", key: Buffer.alloc(32, 9) };
const stranger: EncryptionKey = { id: "stranger", key: Buffer.alloc(32, 11) };

async function talk(
  options: ServiceOptions,
): Promise<{ oslo: Service; kari: TelegramPhone; jonas: TelegramPhone }> {
  const oslo = await Service.start(options);
  running.push(oslo);
  const kari = await oslo.supporter("Kari");
  const jonas = oslo.onTelegram();
  await oslo.arrives(jonas, "first words");
  await kari.taps("Accept");
  await kari.reads("first words");
  return { oslo, kari, jonas };
}

function inDirectory(): { uri: null; directory: string } {
  const directory = temporaryDirectory();
  directories.push(directory);
  return { uri: null, directory: directory.path };
}

const key = (oslo: Service, words: string, keys = oslo.config.encryptionKeys) =>
  runKeyCommand(words.split(" "), () => ({ ...oslo.config, encryptionKeys: keys }), now);

/** How many sealed texts there are under each key. */
async function heldBy(oslo: Service, keys: EncryptionKey[]): Promise<Record<string, number>> {
  const { connection, close } = await connect({
    uri: oslo.config.mongodbUri,
    directory: oslo.config.dataDirectory,
  });
  try {
    const sums: Record<string, number> = {};
    for (const { byKey, lost } of (await new SealedStore(connection, new Sealer(keys)).count()).values()) {
      for (const [id, count] of [...byKey, ["lost", lost] as const]) sums[id] = (sums[id] ?? 0) + count;
    }
    return sums;
  } finally {
    await close();
  }
}

describe("a new key", () => {
  test("is used at once; everything older is sealed again, and then the old key is not needed", async () => {
    const { oslo, kari, jonas } = await talk({ uri: server.fresh() });
    await oslo.down();
    const both = [fresh, ...testKeys];
    await oslo.up({ encryptionKeys: both });
    jonas.writes("words under the new key");
    await kari.reads("words under the new key");
    await oslo.down();
    const before = await heldBy(oslo, both);
    expect(before.test).toBeGreaterThan(5);
    expect(before.fresh).toBeGreaterThan(1);

    const { ok, text } = await key(oslo, "reseal", both);
    expect(text).toContain("Nothing stored needs test any more");
    expect(text).toContain("2026-12-23");
    expect(ok).toBe(true);
    const after = await heldBy(oslo, both);
    expect(after).toEqual({ fresh: (before.fresh ?? 0) + (before.test ?? 0), lost: 0 });

    await oslo.up({ encryptionKeys: [fresh] });
    kari.writes("still here");
    await jonas.reads("still here");
  });

  test("is made in the data folder, and the old one can be taken out there", async () => {
    const { oslo, kari, jonas } = await talk(inDirectory());
    const file = join(oslo.config.dataDirectory, "encryption-keys");
    const [old = ""] = readFileSync(file, "utf8").split(":");
    expect((await key(oslo, "rotate")).text).toContain("open in another process");
    await oslo.down();
    const { ok, text } = await key(oslo, "rotate");
    expect(text).toContain(`npm run key -- forget ${old}`);
    expect(ok).toBe(true);
    const [current = ""] = readFileSync(file, "utf8").split(":");
    expect((await key(oslo, `forget ${current}`)).ok).toBe(false);
    expect((await key(oslo, `forget ${old}`)).ok).toBe(true);
    expect(readFileSync(file, "utf8")).not.toContain(old);
    await oslo.up();
    kari.writes("still here");
    await jonas.reads("still here");
  });

  test("an old one that is still needed is not taken out", async () => {
    const { oslo } = await talk(inDirectory());
    await oslo.down();
    const file = join(oslo.config.dataDirectory, "encryption-keys");
    const old = readFileSync(file, "utf8");

    writeFileSync(file, `${newKey(now)}\n${old}`);
    const { ok, text } = await key(oslo, `forget ${old.split(":")[0]}`);
    expect(text).toContain("still needs");
    expect(ok).toBe(false);
  });

  test("sealing again stops when it must, and goes on from there", async () => {
    const { oslo } = await talk({ uri: server.fresh() });
    await oslo.down();
    const both = [fresh, ...testKeys];
    const { connection, close } = await connect({ uri: oslo.config.mongodbUri, directory: "" });
    let writes = 3;
    await new SealedStore(connection, new Sealer(both)).reseal(() => writes-- > 0);
    await close();
    const half = await heldBy(oslo, both);
    expect(half.fresh).toBe(3);
    expect(half.test).toBeGreaterThan(3);
    expect((await key(oslo, "reseal", both)).ok).toBe(true);
    expect((await heldBy(oslo, both)).test).toBeUndefined();
  });

  test("nothing is sealed again while the service works", async () => {
    const { oslo, kari, jonas } = await talk({ uri: server.fresh() });
    const both = [fresh, ...testKeys];
    const { ok, text } = await key(oslo, "reseal", both);
    expect(text).toContain("Peerline is running");
    expect(ok).toBe(false);
    expect((await heldBy(oslo, both)).fresh).toBeUndefined();
    kari.writes("nothing happened");
    await jonas.reads("nothing happened");
  });
});

describe("a lost key", () => {
  test("stops the start with what is lost, and what can be done", async () => {
    const { oslo } = await talk({ uri: server.fresh() });
    await oslo.down();
    await expect(oslo.up({ encryptionKeys: [stranger] })).rejects.toThrow(/Missing.*test[\s\S]*messages \d+/);
    const sameName = [{ id: "test", key: stranger.key }];
    await expect(oslo.up({ encryptionKeys: sameName })).rejects.toThrow(/another key of the same name: test/);
    await oslo.up({ encryptionKeys: testKeys });
  });

  test("an old one of two is missed as well, as long as something needs it", async () => {
    const { oslo } = await talk({ uri: server.fresh() });
    await oslo.down();
    await oslo.up({ encryptionKeys: [fresh, ...testKeys] });
    await oslo.down();
    await expect(oslo.up({ encryptionKeys: [fresh] })).rejects.toThrow(/Missing.*test/);
    await oslo.up({ encryptionKeys: [fresh, ...testKeys] });
  });

  test("no new key is made for a database that has lost its own", async () => {
    const { oslo } = await talk(inDirectory());
    await oslo.down();
    const file = join(oslo.config.dataDirectory, "encryption-keys");
    renameSync(file, `${file}.away`);
    await expect(oslo.up()).rejects.toThrow("Put your copy of it back");
    renameSync(`${file}.away`, file);
    await oslo.up();
  });

  test("for good: what it sealed is removed, and whoever writes again is answered", async () => {
    const { oslo, jonas } = await talk({ uri: server.fresh() });
    await oslo.down();
    const asked = await key(oslo, "discard", [stranger]);
    expect(asked.ok).toBe(false);
    expect(asked.text).toMatch(/messages \d+/);
    expect(asked.text).toMatch(/\w+ \w+ \d+, last heard 2026-11-23/);
    expect((await heldBy(oslo, [stranger])).lost).toBeGreaterThan(5);
    expect((await key(oslo, "discard --yes", [stranger])).ok).toBe(true);
    expect(await heldBy(oslo, [stranger])).toEqual({ lost: 0 });

    await oslo.up({ encryptionKeys: [stranger] });
    const mats = await oslo.supporter("Mats");
    await oslo.arrives(jonas, "once more");
    await mats.taps("Accept");
    await mats.reads("once more");
    mats.writes("here I am");
    await jonas.reads("here I am");
  });

  test("with one of two keys, what the other one sealed goes on", async () => {
    const { oslo, kari, jonas } = await talk({ uri: server.fresh() });
    await oslo.down();
    await oslo.up({ encryptionKeys: [fresh, ...testKeys] });
    const mats = await oslo.supporter("Mats");
    const maria = oslo.onMessenger();
    await oslo.arrives(maria, "a second one");
    await Promise.any([kari.reads("would like to talk"), mats.reads("would like to talk")]);
    await mats.taps("Accept");
    await mats.reads("a second one");
    jonas.writes("both keys know me");
    await kari.reads("both keys know me");
    await oslo.down();
    // The key of the look-ups is sealed again first; then the old key is lost before the rest was.
    const { connection, close } = await connect({ uri: oslo.config.mongodbUri, directory: "" });
    let writes = 1;
    await new SealedStore(connection, new Sealer([fresh, ...testKeys])).reseal(() => writes-- > 0);
    await close();

    expect((await key(oslo, "discard --yes", [fresh])).ok).toBe(true);
    await oslo.up({ encryptionKeys: [fresh] });
    // Where Jonas is reached was sealed with the lost key.
    jonas.writes("who is there");
    await jonas.reads("Is that all right?");
    mats.writes("going on");
    await maria.reads("going on");
    const nina = await oslo.supporter("Nina");
    await jonas.taps("Yes, that's fine");
    await jonas.reads("how old are you");
    await jonas.taps("18 or over");
    await nina.taps("Accept");
    await nina.reads("who is there");
  });
});
