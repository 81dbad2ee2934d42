import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether two secrets are the same, in a time that tells nothing about either, not even its length. A secret that is
 * missing on one side, or empty, is never the same.
 */
export function sameSecret(given: string | undefined, right: string | null): boolean {
  if (!given || !right) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
