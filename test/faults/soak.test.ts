/** The soak, small: the real program is killed and keeps its promises; and when the platform is broken it is seen. */
import { describe, expect, test } from "vitest";
import { soak } from "../../commands/soak/run.ts";
import { brokenPromises, ledgerLines } from "../../commands/soak.ts";

describe("the soak", () => {
  test.concurrent("finds every word where it belongs, after kills into bursts", {
    timeout: 120_000,
  }, async () => {
    const account = await soak({ messages: 300, kills: 2, talks: 10 });
    expect(account, ledgerLines(account).join("\n")).toMatchObject({ words: 300, kills: 2 });
    expect(brokenPromises(account)).toEqual([]);
  });

  test.concurrent("sees a word that never arrives", { timeout: 120_000 }, async () => {
    const account = await soak({ messages: 60, kills: 0, talks: 5, breaking: "drop", patience: 3000 });
    expect(account).toMatchObject({ lost: 1, misdelivered: 0 });
    expect(brokenPromises(account)).toEqual(["1 lost"]);
  });

  test.concurrent("sees a word in somebody else's chat", { timeout: 120_000 }, async () => {
    const account = await soak({ messages: 60, kills: 0, talks: 5, breaking: "swap", patience: 3000 });
    expect(account).toMatchObject({ lost: 1, misdelivered: 1 });
  });
});
