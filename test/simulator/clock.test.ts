import { expect, test } from "vitest";
import { SimulatedClock } from "../../simulator/index.ts";

const friday = new Date("2026-11-20T18:58:00Z");

test("stands still, moves forward, tells who listens, and never goes back", () => {
  const clock = new SimulatedClock(friday);
  const moves: string[] = [];
  const stop = clock.onMove(() => moves.push(clock.now().toISOString()));
  clock.advance(120_000);
  clock.moveTo(new Date("2026-11-23T08:00:00Z"));
  expect(() => clock.moveTo(friday)).toThrow("only moves forward");
  expect(() => clock.advance(-1)).toThrow(RangeError);
  expect(() => clock.moveTo(new Date("nonsense"))).toThrow(RangeError);
  stop();
  clock.advance(1);
  expect(moves).toEqual(["2026-11-20T19:00:00.000Z", "2026-11-23T08:00:00.000Z"]);
  expect(clock.now().toISOString()).toBe("2026-11-23T08:00:00.001Z");
});

test("a ticking one goes on by itself and can still be moved", async () => {
  const clock = new SimulatedClock(friday, { ticking: true });
  await expect.poll(() => clock.now().getTime()).toBeGreaterThan(friday.getTime());
  clock.advance(3_600_000);
  expect(clock.now().getTime()).toBeGreaterThan(friday.getTime() + 3_600_000);
});
