/** The encryption keys: from the environment, or, with the embedded database, made once and kept beside it. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DATA_FILE } from "../models/embedded/server.ts";
import { syncDirectory } from "../models/embedded/storage/copy.ts";
import { type EncryptionKey, SealError } from "../models/seal.ts";

const file = "encryption-keys";

/**
 * Keys of a data directory: read where they are, made (readable by this user alone) where there is no database yet.
 *
 * @throws SealError when there is a database and its keys are gone
 */
export function encryptionKeys(
  configured: readonly EncryptionKey[] | null,
  directory: string,
): readonly EncryptionKey[] {
  if (configured) return configured;
  const path = join(directory, file);
  if (existsSync(join(directory, DATA_FILE)) && !existsSync(path)) {
    throw new SealError(
      `There is a database in ${directory}, but the file ${file} with its keys is missing. Put your copy of it back. ` +
        "Only if every copy is lost: npm run key -- discard makes a new key and removes what can't be read any more.",
    );
  }
  makeKeys(directory);
  return readKeys(directory);
}

/** The keys that are kept in a data directory, the current one first. */
export function readKeys(directory: string): readonly EncryptionKey[] {
  return readFileSync(join(directory, file), "utf8")
    .trim()
    .split(/[\n,]/)
    .map((pair) => {
      const [id = "", encoded = ""] = pair.trim().split(":");
      return { id, key: Buffer.from(encoded, "base64") };
    });
}

/** Makes a first key where there is none. */
export function makeKeys(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    // `wx`: of two processes that start at once only one makes the file.
    const line = `${newKey(new Date())}\n`;
    writeFileSync(join(directory, file), line, { mode: 0o600, flag: "wx", flush: true });
    syncDirectory(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Changes which keys are kept in a data directory; they are all there at any moment, the old ones or the new ones. */
export function writeKeys(directory: string, keys: readonly EncryptionKey[]): void {
  const path = join(directory, file);
  const lines = keys.map(({ id, key }) => `${id}:${key.toString("base64")}\n`);
  writeFileSync(`${path}.new`, lines.join(""), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  // What is sealed next must never outlive its key.
  syncDirectory(directory);
}

/**
 * A new key, as `id:base64key`. Its id says the day (UTC) on which it was made, so that one can tell old keys from new
 * ones, and a few letters that tell two of one day apart.
 */
export function newKey(now: Date): string {
  const day = now.toISOString().slice(0, 10);
  return `${day}-${randomBytes(3).toString("hex")}:${randomBytes(32).toString("base64")}`;
}
