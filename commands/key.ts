/** `npm run --silent key`: prints a new encryption key for `ENCRYPTION_KEYS`, as `id:base64key`. */
import { randomBytes } from "node:crypto";
import { pathToFileURL } from "node:url";

/**
 * A new key. Its id says the day (UTC) on which it was made, so that one can tell old keys from new ones, and a few
 * letters that tell two of one day apart.
 */
export function newKey(now: Date): string {
  const day = now.toISOString().slice(0, 10);
  return `${day}-${randomBytes(3).toString("hex")}:${randomBytes(32).toString("base64")}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(newKey(new Date()));
