/** For commands that must have the database for themselves. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "mongoose";
import type { Config } from "../bot/config.ts";
import { connect } from "../models/database.ts";
import { Lease } from "../models/lease.ts";

/** A little longer than the lease of a worker that was killed. */
const patience = 6000;
const leaseLength = 30_000;

/**
 * Works on a database that nothing else uses: the data folder is locked for us, or the lease of the work is ours.
 *
 * @throws Error where Peerline runs
 */
export async function exclusively<Result>(
  { mongodbUri, dataDirectory }: Pick<Config, "mongodbUri" | "dataDirectory">,
  work: (connection: Connection, goesOn: () => boolean) => Promise<Result>,
): Promise<Result> {
  const { connection, close } = await connect({ uri: mongodbUri, directory: dataDirectory });
  const lease = new Lease(connection);
  const holder = `key:${randomUUID()}`;
  try {
    const epoch = await acquire(lease, holder, mongodbUri === null);
    let ours = true;
    const renewal = setInterval(() => {
      void lease.renew(holder, epoch, leaseLength).then(
        (renewed) => {
          ours &&= renewed;
        },
        () => {
          ours = false;
        },
      );
    }, leaseLength / 4);
    try {
      return await work(connection, () => ours);
    } finally {
      clearInterval(renewal);
      await lease.release(holder, epoch);
    }
  } finally {
    await close();
  }
}

/** @param locked nobody else can have the database open: whoever holds the lease is gone */
async function acquire(lease: Lease, holder: string, locked: boolean): Promise<number> {
  for (const end = performance.now() + patience; ; await sleep(500)) {
    const answer = await lease.acquire(holder, leaseLength, () => locked);
    if ("epoch" in answer) return answer.epoch;
    if (performance.now() > end) throw new Error("Peerline is running. Stop it first, every process of it.");
  }
}
