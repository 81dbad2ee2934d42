import { expect, test } from "vitest";
import { readConfig } from "../../bot/config.ts";
import { newKey } from "../../bot/keys.ts";
import { Sealer } from "../../models/seal.ts";

const now = new Date("2026-11-21T09:00:00Z");

test("the configuration takes a new key, and it seals and opens", () => {
  const { encryptionKeys } = readConfig({ ENCRYPTION_KEYS: `${newKey(now)},${newKey(now)}` });
  expect(encryptionKeys).toHaveLength(2);
  const sealer = new Sealer(encryptionKeys ?? []);
  const place = { collection: "messages", id: "one", field: "content" };
  expect(sealer.open(place, sealer.seal(place, "hello"))).toBe("hello");
});

test("a key names the day on which it was made, and no two are alike", () => {
  const one = newKey(now).split(":");
  const other = newKey(now).split(":");
  expect(one[0]).toMatch(/^2026-11-21-[0-9a-f]{6}$/);
  expect(other[0]).not.toBe(one[0]);
  expect(other[1]).not.toBe(one[1]);
});
