/** Random histories on the real code: nothing crosses, nothing is lost, applied twice or out of order. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/database.ts";
import { type Chaos, History, type Ledger } from "./history.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const clean = { lost: [], twice: [], misdelivered: [], disordered: [] } satisfies Partial<Ledger>;

async function play(seed: number, chaos: Chaos): Promise<Ledger> {
  return new History(server.fresh(), seed, chaos).play();
}

describe("histories", () => {
  test("with nothing going wrong, everything arrives once", async () => {
    for (const seed of [1, 2, 3]) {
      const ledger = await play(seed, { events: 80, crash: 0, freeze: 0, delay: 4 });
      expect(ledger, `seed ${seed}`).toMatchObject({ ...clean, repeated: 0 });
      expect(ledger.words).toBeGreaterThan(20);
    }
  });

  test("crashes", { timeout: 120_000 }, async () => {
    for (const seed of seeds(100)) {
      const ledger = await play(seed, { events: 80, crash: 0.06, freeze: 0, delay: 6 });
      expect(ledger, `seed ${seed}`).toMatchObject(clean);
    }
  });

  test("long freezes, in which another instance takes over", { timeout: 120_000 }, async () => {
    for (const seed of seeds(200)) {
      const ledger = await play(seed, { events: 80, crash: 0, freeze: 0.05, delay: 6 });
      expect(ledger, `seed ${seed}`).toMatchObject(clean);
    }
  });

  test("both", { timeout: 120_000 }, async () => {
    for (const seed of seeds(300)) {
      const ledger = await play(seed, { events: 80, crash: 0.04, freeze: 0.04, delay: 6 });
      expect(ledger, `seed ${seed}`).toMatchObject(clean);
    }
  });
});

/** HISTORIES says how many of each kind; a few in CI, thousands before a release. */
function seeds(first: number): number[] {
  return Array.from({ length: Number(process.env.HISTORIES ?? 3) }, (_, index) => first + index);
}
