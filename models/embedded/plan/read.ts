import { decodeDocument } from "../bson/decode.ts";
import type { Document } from "../bson/values.ts";
import type { Filter } from "../query/filter.ts";
import type { Sorter, SortKey } from "../query/sort.ts";
import { RECORD_BYTES } from "../storage/collection.ts";
import type { Entry, KeyRange, Snapshot, Storage } from "../storage/storage.ts";
import type { Plan } from "./plan.ts";
import { SortBuffer } from "./sort-buffer.ts";

/** A stored document that was found. */
export interface Found {
  record: Buffer;
  bytes: Buffer;
}

/** What limits a read: when it gives way to others, and when it has taken too long. */
export interface Pace {
  /** Whether the read has used its slice and should let others go first. Throws when its time is up. */
  due(): boolean;
}

/** Work that gives way to others at each `yield`. */
export type Work<Result> = Generator<undefined, Result, undefined>;

/** Runs work to its end without giving way. */
export function runToEnd<Result>(work: Work<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Reads entries of ranges in portions, so that it can stop anywhere and go on later, even in a newer view. */
class Portions {
  private readonly storage: Storage;
  private readonly ranges: KeyRange[];
  private readonly reverse: boolean;
  private readonly snapshot: Snapshot | undefined;
  private at = 0;
  private portion: Entry[] = [];
  private place = 0;
  private size: number;
  /** What is still to be read of the range at hand; null: the next range is. */
  private current: KeyRange | null = null;
  /** The range that the portion was read from. */
  private reading: KeyRange | null = null;

  constructor(
    storage: Storage,
    ranges: KeyRange[],
    reverse: boolean,
    size: number,
    snapshot: Snapshot | undefined,
  ) {
    this.storage = storage;
    this.ranges = reverse ? [...ranges].reverse() : ranges;
    this.reverse = reverse;
    this.size = size;
    this.snapshot = snapshot;
  }

  next(): Entry | null {
    while (this.place >= this.portion.length) if (!this.fill()) return null;
    return this.portion[this.place++] ?? null;
  }

  /** Forgets what was read ahead, so that what follows is read as it is by then. */
  refresh(): void {
    const last = this.portion[this.place - 1];
    if (!last || !this.reading) return;
    this.current = this.following(this.reading, last.key);
    this.portion = [];
    this.place = 0;
  }

  private following({ start, end }: KeyRange, last: Buffer): KeyRange {
    return this.reverse ? { start, end: last } : { start: Buffer.concat([last, Buffer.alloc(1)]), end };
  }

  private fill(): boolean {
    this.current ??= this.ranges[this.at++] ?? null;
    if (!this.current) return false;
    this.reading = this.current;
    this.portion = [...this.storage.range(this.current, this.reverse, this.size, this.snapshot)];
    this.place = 0;
    const last = this.portion.at(-1);
    this.current = last && this.portion.length >= this.size ? this.following(this.current, last.key) : null;
    this.size = Math.min(this.size * 4, 1024);
    return true;
  }
}

/** Reads single entries by their keys. */
class Points {
  private readonly storage: Storage;
  private readonly keys: readonly Buffer[];
  private readonly reverse: boolean;
  private readonly snapshot: Snapshot | undefined;
  private at = 0;

  constructor(storage: Storage, keys: readonly Buffer[], reverse: boolean, snapshot: Snapshot | undefined) {
    this.storage = storage;
    this.keys = keys;
    this.reverse = reverse;
    this.snapshot = snapshot;
  }

  next(): Entry | null {
    while (this.at < this.keys.length) {
      const key = this.keys[this.reverse ? this.keys.length - 1 - this.at : this.at];
      this.at += 1;
      const value = key && this.storage.get(key, this.snapshot);
      if (key && value) return { key, value };
    }
    return null;
  }

  /** Nothing is read ahead. */
  refresh(): void {}
}

export interface SearchOptions {
  /** How many documents are expected to be wanted: the first portion that is read. */
  expected?: number;
  snapshot?: Snapshot;
  /** Whether the documents themselves are not needed, so that an exact plan can leave them unread. */
  keysOnly?: boolean;
}

const noBytes = Buffer.alloc(0);

/** The documents that a plan finds and that pass the filter, one after the other. */
export class Search {
  private readonly storage: Storage;
  private readonly plan: Plan;
  private readonly filter: Filter;
  private readonly entries: Portions | Points;
  private readonly seen: Set<string> | null;
  private readonly snapshot: Snapshot | undefined;
  private readonly keysOnly: boolean;
  private examined = 0;
  /** How many entries and documents were looked at, for `explain`. */
  readonly looks = { keys: 0, documents: 0 };

  constructor(storage: Storage, plan: Plan, filter: Filter, options: SearchOptions = {}) {
    this.storage = storage;
    this.plan = plan;
    this.filter = filter;
    const expected = Math.max(1, Math.min(256, options.expected ?? 64));
    this.entries = plan.points
      ? new Points(storage, plan.points, plan.reverse, options.snapshot)
      : new Portions(storage, plan.ranges, plan.reverse, expected, options.snapshot);
    this.seen = plan.index?.multikey ? new Set() : null;
    this.snapshot = options.snapshot;
    this.keysOnly = plan.exact && options.keysOnly === true;
  }

  /** The next document; null at the end. Yields while it searches for long. */
  *next(pace: Pace): Work<Found | null> {
    for (;;) {
      if ((++this.examined & 31) === 0 && pace.due()) yield;
      const found = this.step();
      if (found !== undefined) return found;
    }
  }

  /** Goes on with the data as it is now, after a pause. */
  refresh(): void {
    this.entries.refresh();
  }

  /** Looks at one entry: a document, null at the end, undefined where it does not pass. */
  private step(): Found | null | undefined {
    const entry = this.entries.next();
    if (!entry) return null;
    const { index } = this.plan;
    if (!index) {
      this.looks.documents += 1;
      const record = entry.key.subarray(entry.key.length - RECORD_BYTES);
      return this.passes(entry.value) ? { record, bytes: entry.value } : undefined;
    }
    this.looks.keys += 1;
    if (this.repeated(entry.value)) return undefined;
    if (this.keysOnly) return { record: entry.value, bytes: noBytes };
    const bytes = this.storage.get(this.plan.collection.recordKey(entry.value), this.snapshot);
    // gone since the portion was read
    if (!bytes) return undefined;
    this.looks.documents += 1;
    return this.passes(bytes) ? { record: entry.value, bytes } : undefined;
  }

  private passes(bytes: Buffer): boolean {
    return this.plan.exact || this.filter.matchesRaw(bytes);
  }

  private repeated(record: Buffer): boolean {
    if (!this.seen) return false;
    const key = record.toString("latin1");
    if (this.seen.has(key)) return true;
    this.seen.add(key);
    return false;
  }
}

/** All documents that are found, at most `limit`, in the plan's order. */
export function* collect(search: Search, limit: number, pace: Pace): Work<Found[]> {
  const all: Found[] = [];
  while (all.length < limit) {
    const found = yield* search.next(pace);
    if (!found) break;
    all.push(found);
  }
  return all;
}

interface Sortable extends Found {
  key: SortKey;
  place: number;
}

/**
 * The first `limit` documents in an order that no index gives. Documents that sort alike keep the order in which
 * they were found.
 */
export function* collectSorted(search: Search, sorter: Sorter, limit: number, pace: Pace): Work<Found[]> {
  const compare = (a: Sortable, b: Sortable): number => sorter.compare(a.key, b.key) || a.place - b.place;
  const buffer = new SortBuffer<Sortable>(compare, limit, ({ bytes }) => bytes.length);
  for (let place = 0; ; place++) {
    const found = yield* search.next(pace);
    if (!found) return yield* buffer.sorted(pace);
    buffer.add({ ...found, key: sorter.keyOfBytes(found.bytes), place });
  }
}

/** How many documents a plan finds, at most `limit`. */
export function* countFound(search: Search, limit: number, pace: Pace): Work<number> {
  let count = 0;
  while (count < limit && (yield* search.next(pace))) count += 1;
  return count;
}

/** A found document, decoded. */
export function decoded(found: Found): Document {
  return decodeDocument(found.bytes);
}
