/** Load on one contender: as much as it takes, or so much a second. */
import type { Contender } from "./contenders.ts";
import { quantile } from "./statistics.ts";
import { readThreads, total, type Usage, usedBetween } from "./usage.ts";

export interface Measured {
  /** Messages that arrived each second. */
  perSecond: number;
  /** CPU of the contender's process for each message, microseconds. */
  cpu: Usage;
  cpuOfAll: number;
  /** CPU of the database's own process for each message, where there is one. */
  cpuOfDatabase: number | null;
  /** Milliseconds from the moment at which it should have been said until it arrived. */
  fromSaid: { p50: number; p99: number };
  /** Milliseconds from when Telegram handed it out until it arrived. */
  fromHanded: { p50: number; p99: number };
}

type Loaded = Contender & { databasePid?: number | null };

const tick = 1;
const longestDrain = 120_000;

/** Keeps so many messages on their way that there is always something to do. */
export async function saturate(contender: Loaded, onTheirWay: number, seconds: number): Promise<Measured> {
  const { ledger, telegram, talks } = contender;
  let n = 0;
  const fill = (): void => {
    while (ledger.said - ledger.arrived < onTheirWay) {
      const talk = talks[n++ % talks.length];
      if (talk) ledger.say(telegram, talk, "to_supporter");
    }
  };
  const filling = setInterval(fill, tick);
  fill();
  await pause(Math.min(1500, seconds * 500));
  const measured = await watch(contender, seconds);
  clearInterval(filling);
  await drain(contender);
  return measured;
}

/** So many messages a second, whether it keeps up or not; the API takes so long to answer. */
export async function offer(
  contender: Loaded,
  perSecond: number,
  latency: number,
  seconds: number,
): Promise<Measured> {
  const { ledger, telegram, talks } = contender;
  telegram.latency = latency;
  await pause(2 * latency);
  const began = performance.now();
  let said = 0;
  const saying = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * perSecond;
    for (; said < due; said++) {
      const talk = talks[said % talks.length];
      if (talk) ledger.say(telegram, talk, "to_supporter", { at: began + (said / perSecond) * 1000 });
    }
  }, tick);
  const measured = await watch(contender, seconds);
  clearInterval(saying);
  telegram.latency = 0;
  await drain(contender);
  return measured;
}

async function watch({ pid, databasePid, ledger }: Loaded, seconds: number): Promise<Measured> {
  const saids: number[] = [];
  const handeds: number[] = [];
  ledger.onArrival = (fromSaid, fromHanded) => {
    saids.push(fromSaid);
    handeds.push(fromHanded);
  };
  const before = readThreads(pid);
  const databaseBefore = databasePid ? readThreads(databasePid) : null;
  const began = performance.now();
  await pause(seconds * 1000);
  const elapsed = performance.now() - began;
  const used = usedBetween(pid, before, readThreads(pid));
  const database =
    databasePid && databaseBefore ? usedBetween(databasePid, databaseBefore, readThreads(databasePid)) : null;
  ledger.onArrival = null;
  const count = saids.length;
  return {
    perSecond: (count / elapsed) * 1000,
    cpu: { main: used.main / count, second: used.second / count, others: used.others / count },
    cpuOfAll: total(used) / count,
    cpuOfDatabase: database ? total(database) / count : null,
    fromSaid: { p50: quantile(saids, 0.5), p99: quantile(saids, 0.99) },
    fromHanded: { p50: quantile(handeds, 0.5), p99: quantile(handeds, 0.99) },
  };
}

/** Waits until everything that was said has arrived. */
export async function drain({ name, ledger }: Pick<Contender, "name" | "ledger">): Promise<void> {
  const end = performance.now() + longestDrain;
  while (ledger.arrived < ledger.said) {
    if (performance.now() > end) throw new Error(`${name} lost ${ledger.said - ledger.arrived} messages`);
    await pause(5);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
