/**
 * Forgetting, by the dates in documents and the programme's periods: words of closed cases, copies in supporters'
 * chats, people who have not been heard of for long. In small batches, under the lease; what was deleted is counted
 * for the coordinators.
 */
import { type ChannelName, can } from "../adapters/channel.ts";
import { type CaseId, isThread, parseCase, type ThreadId } from "../flows/party.ts";
import type { Database } from "../models/database.ts";
import type { MessageDocument } from "../models/messages.ts";
import type { Programme } from "../programmes/programme.ts";
import type { Channels } from "./channels.ts";
import type { Clock } from "./clock.ts";
import { noticed } from "./inbox.ts";
import type { Log } from "./log.ts";
import type { Tenure } from "./tenure.ts";

export interface SweepParts {
  database: Database;
  channels: Channels;
  programme: Programme;
  clock: Clock;
  log: Log;
  /** Called when a subject was told something. */
  told: () => void;
  /** Tells the coordinators what was deleted. */
  receipt: (swept: Swept) => Promise<void>;
  /** What is done beside it, as often. */
  also: () => Promise<void>;
  /** Milliseconds between two sweeps. */
  every?: number;
}

/** How much was deleted: closed cases whose words are gone, and people of whom nothing is left. */
export interface Swept {
  cases: number;
  people: number;
}

const hour = 3_600_000;
const day = 24 * hour;
/** Telegram lets a bot remove its messages for 48 hours. */
const copiesFor = 20 * hour;
/** For so long no platform repeats an update. */
const keysFor = 30 * day;
const atOnce = 200;

export class Sweeper {
  readonly #parts: SweepParts;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: SweepParts) {
    this.#parts = parts;
  }

  /** Sweeps now and again until the tenure ends. */
  start(tenure: Tenure): void {
    const run = (what: () => Promise<void>): void => {
      this.#running = this.#running.then(() => this.#safely(tenure, what));
    };
    const sweep = (): void => {
      run(() => this.#sweep(tenure));
      run(() => this.#upkeep());
    };
    const timer = setInterval(sweep, this.#parts.every ?? hour / 4);
    const forgetClock = this.#parts.clock.onMove?.(sweep);
    tenure.onEnd(() => {
      clearInterval(timer);
      forgetClock?.();
    });
    // The upkeep is not for the moment in which everybody waits for the work to begin.
    run(() => this.#sweep(tenure));
  }

  /** Resolves when no sweep is under way. */
  drained(): Promise<void> {
    return this.#running;
  }

  async #safely(tenure: Tenure, what: () => Promise<void>): Promise<void> {
    if (!tenure.valid) return;
    try {
      await what();
    } catch (error) {
      this.#parts.log.error("a sweep failed; the next one goes on", { error });
    }
  }

  async #sweep(tenure: Tenure): Promise<void> {
    const swept: Swept = { cases: await this.#words(tenure), people: await this.#people(tenure) };
    await this.#copies(tenure);
    await this.#removeFromChats(tenure);
    await this.#old();
    if (swept.cases + swept.people > 0 && tenure.valid) await this.#parts.receipt(swept);
  }

  /** Reminders, the list of erasures, and, once a day, the file: until then the bytes of what was deleted are in it. */
  async #upkeep(): Promise<void> {
    const { database, clock, programme, also } = this.#parts;
    await also();
    await database.erasures.keep(this.#before(programme.retention.backupDays * day));
    await database.upkeep.compact(clock.now(), this.#before(day));
  }

  #before(milliseconds: number): Date {
    return new Date(this.#parts.clock.now().getTime() - milliseconds);
  }

  /** The words of cases that were closed long enough ago, unless a coordinator has to keep them; later for those who agreed. */
  async #words(tenure: Tenure): Promise<number> {
    const { database, programme } = this.#parts;
    const { wordsDays, longerDays } = programme.retention;
    const held = (await database.subjects.held(this.#parts.clock.now())).filter(isThread);
    const keepers = (await database.subjects.keepers()).filter(isThread);
    return (
      (await this.#wordsBefore(tenure, this.#before(wordsDays * day), [...held, ...keepers])) +
      (await this.#wordsBefore(tenure, this.#before(Math.max(wordsDays, longerDays) * day), held))
    );
  }

  async #wordsBefore(tenure: Tenure, before: Date, without: ThreadId[]): Promise<number> {
    const { database } = this.#parts;
    let count = 0;
    while (tenure.valid) {
      const cases = await database.records.withWords(before, atOnce, without);
      if (cases.length === 0) break;
      await this.#note(cases);
      await database.messages.erase([...cases, ...outsideCases(cases)], Number.MAX_SAFE_INTEGER);
      await database.records.wordsErased(cases);
      count += cases.length;
    }
    return count;
  }

  /** Remembered first, by ids alone: a backup that is put back must not bring it back. */
  async #note(cases: readonly CaseId[]): Promise<void> {
    const { database, clock } = this.#parts;
    const versions = await database.subjects.versions(threadsOf(cases));
    const at = clock.now();
    await database.erasures.note(
      cases.flatMap((id) => {
        const thread = parseCase(id)?.thread;
        const version = thread && versions.get(thread);
        if (!thread || version === undefined) return [];
        return [
          {
            _id: `swept/${id}/${at.getTime()}`,
            thread,
            version,
            cases: [id, ...outsideCases([id])],
            everything: false,
            chat: false,
            at,
          },
        ];
      }),
    );
  }

  /** What stands in supporters' chats of cases that are over. */
  async #copies(tenure: Tenure): Promise<void> {
    const { records, messages } = this.#parts.database;
    const before = this.#before(copiesFor);
    while (tenure.valid) {
      const cases = await records.withCopies(before, atOnce);
      if (cases.length === 0) return;
      await messages.hide(cases);
      await records.copiesHidden(cases);
    }
  }

  async #removeFromChats(tenure: Tenure): Promise<void> {
    const { messages } = this.#parts.database;
    while (tenure.valid) {
      const list = await messages.toRemove(atOnce);
      let waits = 0;
      for (const message of list) {
        if (!tenure.valid) return;
        if (await this.#removed(message)) await messages.removed(message._id);
        else waits += 1;
      }
      if (list.length < atOnce || waits > 0) return;
    }
  }

  /** @returns whether nothing of it is left that we could remove */
  async #removed({ chat: id, platformIds }: MessageDocument): Promise<boolean> {
    const chat = id && (await this.#parts.database.chats.find([id])).get(id);
    const adapter = chat && this.#parts.channels.get(chat.channel satisfies ChannelName);
    if (!chat || !adapter || !can(adapter, "remove")) return true;
    for (const platformId of platformIds) {
      if ((await adapter.remove(chat.address, platformId)) === "later") return false;
    }
    return true;
  }

  /** Mentees who have not been heard of for long, and have no case open, forget themselves. */
  async #people(tenure: Tenure): Promise<number> {
    const { database, clock, programme, told } = this.#parts;
    const found = await database.subjects.silentSince(
      this.#before(programme.retention.contactDays * day),
      atOnce,
    );
    const silent = found.filter(({ id, state }) => isThread(id) && "case" in state && state.case === null);
    if (silent.length === 0 || !tenure.valid) return 0;
    const now = clock.now();
    await database.inbound.store(
      silent.map(({ id, version }) =>
        noticed(database, `${id}/forget/${version}`, id, { input: "forget" }, now),
      ),
    );
    told();
    return silent.length;
  }

  /** Keys that no platform repeats any more; what was set aside and nobody has looked at; records and views that are old. */
  async #old(): Promise<void> {
    const { database, programme } = this.#parts;
    // By the real clock: that is when the platform delivered it.
    await database.inbound.forgetDone(new Date(Date.now() - keysFor));
    const wordsFor = programme.retention.wordsDays * day;
    await database.inbound.forgetAside({ storedAt: { $lt: new Date(Date.now() - wordsFor) } });
    const before = this.#before(programme.retention.recordsDays * day);
    for (const { id } of programme.sites) await database.records.forgetPeople(id, before);
    await database.views.forget(before);
  }
}

/** What was written between the cases of the same threads. */
function outsideCases(cases: readonly CaseId[]): CaseId[] {
  return threadsOf(cases).map((thread): CaseId => `${thread}.0`);
}

function threadsOf(cases: readonly CaseId[]): ThreadId[] {
  return [...new Set(cases.flatMap((id) => parseCase(id)?.thread ?? []))];
}
