/**
 * The loop under the lease: takes what came in, subject by subject; wakes subjects whose time has come; sees to what
 * waits to be sent. Subjects go side by side, the updates of one subject one after the other.
 */
import type { SubjectId } from "../flows/party.ts";
import type { Database } from "../models/database.ts";
import { databaseIsAway } from "../models/failure.ts";
import type { InboundDocument } from "../models/inbound.ts";
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import type { Poster } from "./post.ts";
import type { Sender } from "./send.ts";
import type { SubjectCache } from "./subject-cache.ts";
import { type Tenure, TenureOver } from "./tenure.ts";
import type { Occasion, Turns } from "./turn.ts";
import type { Worlds } from "./world.ts";

export interface WorkerParts {
  database: Database;
  turns: Turns;
  poster: Poster;
  sender: Sender;
  cache: SubjectCache;
  worlds: Worlds;
  clock: Clock;
  log: Log;
  /** Called when an update was given up after several tries. */
  setAside: (update: InboundDocument, subject: SubjectId) => Promise<void>;
  timing?: Partial<WorkerTiming>;
}

export interface WorkerTiming {
  /** Milliseconds between two looks into the inbox when nobody says that something came. */
  look: number;
  /** Milliseconds between tries of an update whose turn fails, one after the other; then it is set aside. */
  tries: readonly number[];
  /** Milliseconds to leave a database alone that is away. */
  away: number;
}

const usual: WorkerTiming = { look: 1000, tries: [100, 500, 2000, 6000], away: 500 };
const takenAtOnce = 500;
const turnsAtOnce = 200;
const longestSleep = 60_000;
/** It looks around at least so often, in milliseconds, when all is well. */
const longestLook = 1000;

export class Worker {
  readonly #parts: WorkerParts;
  readonly #timing: WorkerTiming;
  readonly #busy = new Set<SubjectId>();
  readonly #failures = new Map<string, number>();
  #tenure: Tenure | null = null;
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #alarm: NodeJS.Timeout | undefined;
  #lastWake = Number.NEGATIVE_INFINITY;
  #lastLook = performance.now();
  #idle: (() => void)[] = [];
  #forgetClock: (() => void) | undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#timing = { ...usual, ...parts.timing };
  }

  /** Begins to work under a tenure: heals what was left half done, then takes up the rest. */
  async start(tenure: Tenure): Promise<void> {
    const { cache, worlds, sender, clock } = this.#parts;
    cache.clear();
    await this.#heal(tenure);
    await worlds.load();
    await sender.start(tenure);
    this.#tenure = tenure;
    this.#forgetClock = clock.onMove?.(() => {
      this.#lastWake = Number.NEGATIVE_INFINITY;
      this.kick();
    });
    tenure.onEnd(() => this.#stop());
    this.kick();
  }

  #stop(): void {
    this.#tenure = null;
    this.#forgetClock?.();
    clearTimeout(this.#alarm);
  }

  /** Something came in, or the time has changed: look now. */
  kick(): void {
    this.#lookAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
      if (this.#lookAgain && this.#tenure?.valid) this.kick();
    });
  }

  /** Resolves when no turn is under way. */
  async drained(): Promise<void> {
    await this.#looking;
    if (this.#busy.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Whether it has looked around lately and nothing holds it up. */
  get looksWell(): boolean {
    return this.#tenure?.valid === true && performance.now() - this.#lastLook < 10 * longestLook;
  }

  /** How many subjects are in a turn now, for the metrics. */
  get busy(): number {
    return this.#busy.size;
  }

  async #look(): Promise<void> {
    while (this.#lookAgain && this.#tenure?.valid) {
      this.#lookAgain = false;
      const tenure = this.#tenure;
      try {
        await this.#takeUp(tenure);
        this.#lastLook = performance.now();
        if (performance.now() - this.#lastWake >= this.#timing.look) await this.#wake(tenure);
        this.#sleep(this.#timing.look);
      } catch (error) {
        this.#parts.log.error("looking into the inbox failed", { error });
        this.#sleep(this.#timing.away);
      }
    }
  }

  /** Full outboxes, left by a crash, are posted before anything else happens. */
  async #heal(tenure: Tenure): Promise<void> {
    const { database, poster } = this.#parts;
    for (;;) {
      const unposted = await database.subjects.unposted(takenAtOnce);
      if (unposted.length === 0) return;
      await Promise.all(unposted.map((subject) => poster.post(tenure, subject)));
    }
  }

  async #takeUp(tenure: Tenure): Promise<void> {
    const updates = await this.#parts.database.inbound.next(takenAtOnce, this.#busy);
    for (const [subject, list] of groupBySubject(updates)) {
      if (this.#busy.size >= turnsAtOnce) break; // What is left is taken up when a place is free.
      if (!this.#busy.has(subject))
        this.#lane(
          tenure,
          subject,
          list.map((update) => ({ update })),
        );
    }
  }

  /** Wakes what is due. */
  async #wake(tenure: Tenure): Promise<void> {
    const { database, clock } = this.#parts;
    this.#lastWake = performance.now();
    for (const subject of await database.subjects.due(clock.now(), takenAtOnce)) {
      if (!this.#busy.has(subject) && this.#busy.size < turnsAtOnce) this.#lane(tenure, subject, ["woke"]);
    }
  }

  /** One subject's turns, one after the other. */
  #lane(tenure: Tenure, subject: SubjectId, occasions: Occasion[]): void {
    this.#busy.add(subject);
    void this.#turns(tenure, subject, occasions)
      .catch((error: unknown) => this.#parts.log.error("a turn ended badly", { subject, error }))
      .finally(() => {
        this.#busy.delete(subject);
        if (this.#busy.size === 0) for (const idle of this.#idle.splice(0)) idle();
        // What came for this subject meanwhile was left out of every look.
        if (this.#tenure?.valid) this.kick();
      });
  }

  async #turns(tenure: Tenure, subject: SubjectId, occasions: Occasion[]): Promise<void> {
    for (const occasion of occasions) {
      if (!tenure.valid) return;
      const went = await this.#turn(tenure, subject, occasion);
      if (!went) return;
    }
  }

  /** @returns whether the subject's next update may follow */
  async #turn(tenure: Tenure, subject: SubjectId, occasion: Occasion): Promise<boolean> {
    const key = occasion === "woke" ? `woke/${subject}` : occasion.update._id;
    try {
      const went = await this.#parts.turns.run(tenure, subject, occasion);
      this.#failures.delete(key);
      return went;
    } catch (error) {
      this.#parts.cache.drop(subject);
      if (error instanceof TenureOver) return false;
      const { log } = this.#parts;
      if (databaseIsAway(error)) {
        log.error("the database is away", { subject, error });
        await pause(this.#timing.away);
        return false;
      }
      const failed = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failed);
      const wait = this.#timing.tries[failed - 1];
      log.error("a turn failed", { subject, key, count: failed, error });
      if (wait !== undefined) {
        await pause(wait);
        return false;
      }
      this.#failures.delete(key);
      if (occasion !== "woke") await this.#parts.setAside(occasion.update, subject);
      else await pause(longestSleep);
      return true;
    }
  }

  #sleep(milliseconds: number): void {
    clearTimeout(this.#alarm);
    if (this.#tenure?.valid) this.#alarm = setTimeout(() => this.kick(), milliseconds);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function groupBySubject(updates: readonly InboundDocument[]): Map<SubjectId, InboundDocument[]> {
  const groups = new Map<SubjectId, InboundDocument[]>();
  for (const update of updates) {
    const group = groups.get(update.subject);
    if (group) group.push(update);
    else groups.set(update.subject, [update]);
  }
  return groups;
}
