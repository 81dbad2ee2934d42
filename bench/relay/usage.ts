/** What a process has used, read from Linux: CPU time by thread, and memory. */
import { readdirSync, readFileSync } from "node:fs";

/** CPU time in microseconds. */
export interface Usage {
  /** The thread that runs the program. */
  main: number;
  /** The busiest of the others: in Peerline with its built-in database, that database. */
  second: number;
  /** All others: garbage collection, disk, name look-ups. */
  others: number;
}

export type Reading = ReadonlyMap<number, number>;

/** CPU time of each thread so far, microseconds. */
export function readThreads(pid: number): Reading {
  const threads = new Map<number, number>();
  for (const name of readdirSync(`/proc/${pid}/task`)) {
    try {
      const [nanoseconds = "0"] = readFileSync(`/proc/${pid}/task/${name}/schedstat`, "utf8").split(" ");
      threads.set(Number(name), Number(nanoseconds) / 1000);
    } catch {
      // The thread has ended meanwhile.
    }
  }
  return threads;
}

/** What was used between two readings. */
export function usedBetween(pid: number, before: Reading, after: Reading): Usage {
  const used = [...after].map(([id, at]) => ({ id, used: at - (before.get(id) ?? 0) }));
  const main = used.find(({ id }) => id === pid)?.used ?? 0;
  const rest = used.filter(({ id }) => id !== pid).map(({ used: one }) => one);
  const second = Math.max(0, ...rest);
  return { main, second, others: rest.reduce((sum, one) => sum + one, 0) - second };
}

export function total({ main, second, others }: Usage): number {
  return main + second + others;
}

/** Memory that a process holds now, megabytes. */
export function memoryOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}
