/**
 * Two calls to the outside, by plain HTTP: an alert's second route, should Telegram itself be away; and a sign of life
 * while the work is really done, so that somebody notices when it is not.
 */
import { networkCode } from "../adapters/network.ts";
import type { AlertCall } from "../models/subjects.ts";
import type { Log } from "./log.ts";
import type { Tenure } from "./tenure.ts";

const patience = 10_000;
const minute = 60_000;

/**
 * Posts an alert as JSON: `{ id, handle, what, at }`, `what` being `raised` or `reminder`; the same id and what can
 * come twice. Tried for an hour.
 */
export function alertCaller(
  url: string | null,
  log: Log,
  pauses = [1000, 5000, 30_000, 5 * minute, 15 * minute, 30 * minute],
) {
  return (alert: AlertCall): void => {
    if (url !== null) void callUntilTaken(url, JSON.stringify(alert), log, pauses);
  };
}

async function callUntilTaken(url: string, body: string, log: Log, pauses: number[]): Promise<void> {
  for (const pause of [...pauses, null]) {
    const problem = await call(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    if (problem === null) return;
    log.error("the second route of an alert does not answer", { detail: problem });
    if (pause === null) return;
    await new Promise((resolve) => setTimeout(resolve, pause).unref());
  }
}

/** Calls once a minute while `works` says so, until the tenure ends. */
export function heartbeat(
  url: string | null,
  tenure: Tenure,
  works: () => Promise<boolean>,
  log: Log,
  every = minute,
): void {
  if (url === null) return;
  const beat = async (): Promise<void> => {
    if (!(await works())) return;
    const problem = await call(url, {});
    if (problem !== null) log.warn("the heartbeat is not taken", { detail: problem });
  };
  const timer = setInterval(() => void beat(), every);
  timer.unref();
  tenure.onEnd(() => clearInterval(timer));
  void beat();
}

/** @returns null when it was taken, otherwise why not; never the address, which can be a secret */
async function call(url: string, options: RequestInit): Promise<string | null> {
  try {
    const response = await fetch(url, {
      ...options,
      redirect: "error",
      signal: AbortSignal.timeout(patience),
    });
    await response.body?.cancel();
    return response.ok ? null : `HTTP ${response.status}`;
  } catch (error) {
    return networkCode(error) ?? "no answer";
  }
}
