/** `npm run key`: makes encryption keys, changes them, and helps when one is lost. */
import { pathToFileURL } from "node:url";
import { type Config, readEnvironment } from "../bot/config.ts";
import { encryptionKeys, makeKeys, newKey, readKeys, writeKeys } from "../bot/keys.ts";
import { connect } from "../models/database.ts";
import { runningAddress } from "../models/embedded/server.ts";
import { type EncryptionKey, Sealer } from "../models/seal.ts";
import { type SealedCollection, type SealedCount, SealedStore } from "../models/sealed.ts";
import { forgetOtherKeys, noteKey } from "../models/secrets.ts";
import { exclusively } from "./exclusive.ts";
import { LostAndFound, type LostMentee } from "./lost.ts";

const usage = `npm run --silent key           prints a new key for ENCRYPTION_KEYS
npm run key -- status          how much each key holds together, and what no key opens
npm run key -- rotate          a new key from now on; everything stored is sealed again with it
npm run key -- reseal          goes on with that where it was interrupted, or after ENCRYPTION_KEYS has a new first key
npm run key -- forget ID       takes an old key that nothing needs any more out of the data folder
npm run key -- discard         says what is lost with a lost key; with --yes removes it, so that Peerline can start

rotate, reseal, forget and discard need Peerline stopped: all its processes.`;

type Settings = Pick<Config, "mongodbUri" | "dataDirectory" | "encryptionKeys" | "programme">;

/** What the person is told; the process ends with 1 where it is a failure. */
interface Outcome {
  ok: boolean;
  text: string;
}

/** Runs one command line. */
export async function runKeyCommand(
  words: readonly string[],
  settings: () => Settings,
  now: Date,
): Promise<Outcome> {
  const [what, argument] = words;
  try {
    switch (what) {
      case undefined:
        return { ok: true, text: newKey(now) };
      case "status":
        return await status(settings());
      case "rotate":
        return await rotate(settings(), now);
      case "reseal":
        return await reseal(settings(), now);
      case "forget":
        return await forget(settings(), argument ?? "");
      case "discard":
        return await discard(settings(), argument === "--yes");
      default:
        return { ok: false, text: usage };
    }
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : "an unknown failure" };
  }
}

async function status(settings: Settings): Promise<Outcome> {
  const keys = encryptionKeys(settings.encryptionKeys, settings.dataDirectory);
  const uri = settings.mongodbUri ?? runningAddress(settings.dataDirectory);
  const { connection, close } = await connect({ uri, directory: settings.dataDirectory });
  try {
    const counts = await new SealedStore(connection, new Sealer(keys)).count();
    const lines = [...keys.map(({ id }, n) => keyLine(id, n === 0, counts)), ...lostLines(counts)];
    return { ok: lostOf(counts) === 0, text: lines.join("\n") };
  } finally {
    await close();
  }
}

function keyLine(id: string, current: boolean, counts: Counts): string {
  const parts = [...counts].flatMap(([name, { byKey }]) => {
    const count = byKey.get(id) ?? 0;
    return count > 0 ? `${name} ${count}` : [];
  });
  return `${id}${current ? " (seals now)" : ""}: ${parts.join(", ") || "nothing"}`;
}

function lostLines(counts: Counts): string[] {
  const parts = [...counts].flatMap(([name, { lost }]) => (lost > 0 ? `${name} ${lost}` : []));
  return parts.length > 0 ? [`No key opens: ${parts.join(", ")}`] : [];
}

type Counts = ReadonlyMap<SealedCollection, SealedCount>;

function lostOf(counts: Counts): number {
  return [...counts.values()].reduce((sum, { lost }) => sum + lost, 0);
}

async function rotate(settings: Settings, now: Date): Promise<Outcome> {
  if (settings.encryptionKeys) {
    return {
      ok: false,
      text: [
        "The keys stand in ENCRYPTION_KEYS. Stop Peerline and put this new one in front of the others there:",
        newKey(now),
        "Then run npm run key -- reseal, and start Peerline.",
      ].join("\n"),
    };
  }
  await exclusively(settings, async () => {
    const keys = encryptionKeys(null, settings.dataDirectory);
    writeKeys(settings.dataDirectory, [parsed(newKey(now)), ...keys]);
  });
  return reseal(settings, now);
}

function parsed(pair: string): EncryptionKey {
  const [id = "", encoded = ""] = pair.split(":");
  return { id, key: Buffer.from(encoded, "base64") };
}

const day = 86_400_000;

async function reseal(settings: Settings, now: Date): Promise<Outcome> {
  const keys = encryptionKeys(settings.encryptionKeys, settings.dataDirectory);
  return exclusively(settings, async (connection, goesOn) => {
    const sealer = new Sealer(keys);
    const store = new SealedStore(connection, sealer);
    await noteKey(connection, sealer);
    const again = await store.reseal(goesOn);
    const counts = await store.count();
    const others = keys.slice(1).filter(({ id }) => [...counts.values()].some(({ byKey }) => byKey.has(id)));
    const said = [`${again} texts were sealed again with ${sealer.currentKey}.`];
    if (others.length > 0) {
      const names = others.map(({ id }) => id).join(", ");
      return {
        ok: false,
        text: [...said, `Some still need ${names}: run npm run key -- reseal again.`].join("\n"),
      };
    }
    if (lostOf(counts) > 0) {
      const help = "Keep every old key. If one is lost, npm run key -- discard tells what can be done.";
      return { ok: false, text: [...said, ...lostLines(counts), help].join("\n") };
    }
    await forgetOtherKeys(connection, sealer);
    return { ok: true, text: [...said, ...afterwards(settings, keys, now)].join("\n") };
  });
}

/** When the old keys can go, and how. */
function afterwards(settings: Settings, keys: readonly EncryptionKey[], now: Date): string[] {
  const [, ...old] = keys.map(({ id }) => id);
  if (old.length === 0) return ["There is no older key."];
  const date = new Date(now.getTime() + settings.programme.retention.backupDays * day);
  const until = date.toISOString().slice(0, 10);
  return [
    "Everything that is stored can be read with it alone. Copy the new key to where your keys are kept; start Peerline.",
    `Nothing stored needs ${old.join(", ")} any more. Backups made before now do: keep it until they are deleted, at the latest on ${until}.`,
    settings.encryptionKeys
      ? "Then take it out of ENCRYPTION_KEYS."
      : `Then: ${old.map((id) => `npm run key -- forget ${id}`).join("; ")}`,
  ];
}

async function forget(settings: Settings, id: string): Promise<Outcome> {
  if (settings.encryptionKeys) {
    return { ok: false, text: "The keys stand in ENCRYPTION_KEYS: take the old one out there." };
  }
  const keys = encryptionKeys(null, settings.dataDirectory);
  if (keys.findIndex((key) => key.id === id) < 1) {
    return { ok: false, text: `${id || "That"} is none of the old keys. npm run key -- status shows them.` };
  }
  return exclusively(settings, async (connection) => {
    const counts = await new SealedStore(connection, new Sealer(keys)).count();
    if ([...counts.values()].some(({ byKey }) => byKey.has(id))) {
      return { ok: false, text: `What is stored still needs ${id}: run npm run key -- reseal first.` };
    }
    writeKeys(
      settings.dataDirectory,
      keys.filter((key) => key.id !== id),
    );
    return {
      ok: true,
      text: `${id} is gone. Delete its other copies too, when the backups that need it are.`,
    };
  });
}

async function discard(settings: Settings, sure: boolean): Promise<Outcome> {
  return exclusively(settings, async (connection) => {
    if (!settings.encryptionKeys && sure) makeKeys(settings.dataDirectory);
    const keys = settings.encryptionKeys ?? keysLeft(settings.dataDirectory);
    const sealer = new Sealer(keys.length > 0 ? keys : [parsed(newKey(new Date()))]);
    const counts = await new SealedStore(connection, sealer).count();
    if (lostOf(counts) === 0)
      return { ok: true, text: "Nothing is lost: every text that is stored can be read." };
    const found = new LostAndFound(connection, sealer, settings.programme);
    const people = whoIsLost(await found.mentees());
    if (!sure) {
      const text = [
        ...lostLines(counts),
        ...people,
        "Look for a copy of the key first: where backups are, and in old settings. Keep a copy of the data too.",
        "npm run key -- discard --yes removes all that, and can't be undone.",
      ];
      return { ok: false, text: text.join("\n") };
    }
    await found.discard();
    const text = [
      `Removed: ${lostLines(counts).join("").replace("No key opens: ", "")}.`,
      ...people,
      "Records of closed talks are kept. Supporters who are not known any more need a new /invite; coordinators write /duty again.",
      "Peerline can be started. Copy its keys to a safe place now.",
    ];
    return { ok: true, text: text.join("\n") };
  });
}

function keysLeft(directory: string): readonly EncryptionKey[] {
  try {
    return readKeys(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const mostNamed = 50;

/** Nobody can write to them any more: the coordinators should know whom they may have to look for elsewhere. */
function whoIsLost(mentees: readonly LostMentee[]): string[] {
  if (mentees.length === 0) return [];
  const named = mentees
    .filter(({ lastHeard }) => lastHeard !== null)
    .slice(0, mostNamed)
    .map(({ handle, lastHeard }) => `  ${handle}, last heard ${lastHeard?.toISOString().slice(0, 10)}`);
  return [
    `${mentees.length} mentees can't be written to before they write again. Tell the coordinators whose talk may be cut off:`,
    ...named,
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { ok, text } = await runKeyCommand(process.argv.slice(2), readEnvironment, new Date());
  (ok ? console.log : console.error)(text);
  process.exitCode = ok ? 0 : 1;
}
