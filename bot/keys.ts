/** The encryption keys: from the environment, or, with the embedded database, made once and kept beside it. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EncryptionKey } from "../models/seal.ts";

const file = "encryption-keys";

/** Keys of a data directory: read where they are, made (readable by this user alone) where they are not. */
export function encryptionKeys(
  configured: readonly EncryptionKey[] | null,
  directory: string,
): readonly EncryptionKey[] {
  if (configured) return configured;
  const path = join(directory, file);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    // `wx`: of two processes that start at once only one makes the file.
    writeFileSync(path, `1:${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(path, "utf8")
    .trim()
    .split(/[\n,]/)
    .map((pair) => {
      const [id = "", encoded = ""] = pair.trim().split(":");
      return { id, key: Buffer.from(encoded, "base64") };
    });
}
