/** Gets the lease, keeps it, and says when it begins and ends. Of all processes on a database one works at a time. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Lease } from "../models/lease.ts";
import type { Log } from "./log.ts";
import { Tenure } from "./tenure.ts";

export interface TenancyOptions {
  /** How long the lease lasts without being prolonged, milliseconds. */
  length?: number;
}

const usualLength = 5000;

export class Tenancy {
  readonly #lease: Lease;
  readonly #log: Log;
  readonly #length: number;
  readonly #begin: (tenure: Tenure) => Promise<void>;
  readonly #holder = `${hostname()}:${process.pid}:${randomUUID()}`;
  #tenure: Tenure | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #step: Promise<void> = Promise.resolve();
  /** The taking up of the work, which may last longer than a lease: it is prolonged meanwhile. */
  #beginning: Promise<void> = Promise.resolve();

  /** @param begin takes up the work; the tenure tells it when to stop */
  constructor(
    lease: Lease,
    log: Log,
    begin: (tenure: Tenure) => Promise<void>,
    options: TenancyOptions = {},
  ) {
    this.#lease = lease;
    this.#log = log;
    this.#begin = begin;
    this.#length = options.length ?? usualLength;
  }

  start(): void {
    here.add(this.#holder);
    this.#step = this.#once();
  }

  /** Whether this process works now. */
  get holds(): boolean {
    return this.#tenure?.valid ?? false;
  }

  /** Ends the tenure; the lease is given back only after `drained`, when nothing of ours is under way any more. */
  async stop(drained: () => Promise<void>): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#step;
    clearTimeout(this.#timer);
    await this.#beginning;
    const tenure = this.#tenure;
    this.#tenure = null;
    tenure?.end();
    await drained();
    if (tenure) await this.#lease.release(this.#holder, tenure.epoch).catch(() => undefined);
    here.delete(this.#holder);
  }

  /** Ends the tenure and waits for nothing; whoever begins after us has a higher epoch. */
  abandon(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#tenure?.end();
    this.#tenure = null;
    here.delete(this.#holder);
  }

  async #once(): Promise<void> {
    try {
      if (this.#tenure?.valid) await this.#renew(this.#tenure);
      else await this.#acquire();
    } catch (error) {
      this.#log.warn("the lease can't be asked for", { error });
    }
    if (!this.#stopped) {
      this.#timer = setTimeout(() => {
        this.#step = this.#once();
      }, this.#length / 4);
    }
  }

  async #acquire(): Promise<void> {
    this.#tenure?.end();
    this.#tenure = null;
    const asked = performance.now();
    const answer = await this.#lease.acquire(
      this.#holder,
      this.#length,
      // What we held ourselves has just ended.
      (holder) => holder === this.#holder || isDead(holder),
    );
    if ("heldBy" in answer || (this.#stopped && !here.has(this.#holder))) return;
    const tenure = new Tenure(answer.epoch, asked + this.#safe);
    this.#tenure = tenure;
    this.#log.info("this process does the work now", { epoch: tenure.epoch });
    this.#beginning = this.#beginning.then(() => this.#takeUp(tenure));
  }

  async #takeUp(tenure: Tenure): Promise<void> {
    if (!tenure.valid) return;
    try {
      await this.#begin(tenure);
    } catch (error) {
      this.#log.warn("the work can't be taken up", { epoch: tenure.epoch, error });
      tenure.end();
    }
  }

  async #renew(tenure: Tenure): Promise<void> {
    const asked = performance.now();
    if (await this.#lease.renew(this.#holder, tenure.epoch, this.#length)) {
      // The answer may have taken so long that everybody has stopped meanwhile.
      if (!tenure.prolong(asked + this.#safe)) await this.#acquire();
      return;
    }
    this.#log.warn("another process does the work now", { epoch: tenure.epoch });
    tenure.end();
    this.#tenure = null;
  }

  /** We stop a little before somebody else may begin. */
  get #safe(): number {
    return this.#length * 0.8;
  }
}

/** Who may hold the lease in this very process. */
const here = new Set<string>();

/** A holder on this machine whose process is gone: its lease need not run out first. The epoch keeps it harmless. */
function isDead(holder: string): boolean {
  const [host, pid] = holder.split(":");
  if (host !== hostname() || !pid) return false;
  // A container often gives every process the same number: then it is the name that we don't know.
  if (Number(pid) === process.pid) return !here.has(holder);
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
