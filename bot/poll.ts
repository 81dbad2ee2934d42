/** Asks platforms for updates where they can't call us; only the holder of the lease asks. */
import {
  type ChannelAdapter,
  PollFailure,
  type PollsUpdates,
  type ReceivedUpdate,
} from "../adapters/channel.ts";
import type { Log } from "./log.ts";
import type { Tenure } from "./tenure.ts";

const longestPause = 30_000;

/**
 * Polls until the tenure ends. Updates are confirmed to the platform, by asking for the next ones, only when `store`
 * has resolved.
 */
export async function poll(
  adapter: ChannelAdapter & PollsUpdates,
  tenure: Tenure,
  store: (updates: ReceivedUpdate[]) => Promise<void>,
  log: Log,
): Promise<void> {
  const stop = new AbortController();
  tenure.onEnd(() => stop.abort());
  let next: number | null = null;
  let failures = 0;
  while (tenure.valid) {
    try {
      const answer = await adapter.poll(next, stop.signal);
      if (answer.updates.length > 0) await store(answer.updates);
      ({ next } = answer);
      failures = 0;
    } catch (error) {
      if (stop.signal.aborted) return;
      failures += 1;
      const asked = error instanceof PollFailure ? error.retryAfter : undefined;
      const detail = error instanceof PollFailure ? error.message : "our own code or database";
      log.warn("polling failed", { channel: adapter.name, count: failures, detail, error });
      await pause(asked ?? Math.min(250 * 2 ** Math.min(failures, 7), longestPause), stop.signal);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
