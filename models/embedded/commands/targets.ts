import { type Document, isDocument, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import { choosePlan, type Plan } from "../plan/plan.ts";
import { collect, collectSorted, type Found, runToEnd, Search, type Work } from "../plan/read.ts";
import type { Filter } from "../query/filter.ts";
import type { Sorter } from "../query/sort.ts";
import type { Collection } from "../storage/collection.ts";
import { namespaceOf } from "./arguments.ts";
import type { Invocation, Preparation } from "./command.ts";

/** Which documents one statement of a write is for. */
export interface TargetQuery {
  filter: Filter;
  sorter: Sorter | null;
  hint: Value | undefined;
  limit: number;
}

/** The records that a long search found before the transaction, and those written since it began. */
export interface Candidates {
  records: string[];
  written: ReadonlySet<string>;
}

/** From this many documents on, a search that no index helps is made before the transaction, in slices. */
const LONG_SEARCH = 2000;

/** The statements of a write that were read, and what was searched for, before its transaction. */
export class Prepared<Statement> implements Preparation {
  private readonly statements = new Map<number, Statement>();
  private readonly found = new Map<number, Candidates>();
  private readonly releases: (() => void)[] = [];

  statement(index: number): Statement | undefined {
    return this.statements.get(index);
  }

  candidates(index: number): Candidates | undefined {
    return this.found.get(index);
  }

  add(index: number, statement: Statement): void {
    this.statements.set(index, statement);
  }

  addCandidates(index: number, candidates: Candidates): void {
    this.found.set(index, candidates);
  }

  onDone(release: () => void): void {
    this.releases.push(release);
  }

  done(): void {
    for (const release of this.releases.splice(0)) release();
  }
}

/** Searches, in slices, for the documents of those statements whose search would hold up all others for long. */
export function* prepareTargets<Statement extends TargetQuery, Preparing extends Prepared<Statement>>(
  invocation: Invocation,
  prepared: Preparing,
  statements: readonly Value[],
  read: (statement: Document, invocation: Invocation) => Statement,
): Work<Preparing> {
  const collection = invocation.storage.collections.get(namespaceOf(invocation));
  if (!collection || collection.count < LONG_SEARCH) return prepared;
  for (let index = 0; index < statements.length; index++) {
    const statement = statements[index];
    if (!isDocument(statement)) continue;
    try {
      const query = read(statement, invocation);
      prepared.add(index, query);
      yield* prepareOne(invocation, collection, prepared, index, query);
    } catch (error) {
      // a faulty statement is reported in its turn, when it runs
      if (!(error instanceof CommandError) || error.codeName === "MaxTimeMSExpired") {
        prepared.done();
        throw error;
      }
    }
  }
  return prepared;
}

function* prepareOne<Statement extends TargetQuery>(
  invocation: Invocation,
  collection: Collection,
  prepared: Prepared<Statement>,
  index: number,
  query: Statement,
): Work<void> {
  const plan = choosePlan(collection, query.filter, query.sorter, query.hint);
  if (!isLong(plan)) return;
  const written = new Set<string>();
  collection.watchers.add(written);
  prepared.onDone(() => collection.watchers.delete(written));
  const snapshot = invocation.storage.snapshot();
  try {
    const search = new Search(invocation.storage, { ...plan, sorted: true }, query.filter, {
      expected: 256,
      snapshot,
    });
    const records: string[] = [];
    for (;;) {
      const found = yield* search.next(invocation.pace);
      if (!found) break;
      records.push(found.record.toString("latin1"));
      // the first in natural order is enough for one; more are kept in case it is changed meanwhile
      if (query.limit === 1 && !query.sorter && records.length >= 16) break;
    }
    prepared.addCandidates(index, { records, written });
  } finally {
    snapshot.done();
  }
}

/** Whether a plan looks at all documents. */
function isLong(plan: Plan): boolean {
  if (plan.index === null) return true;
  if (plan.points) return false;
  const [only] = plan.ranges;
  return plan.ranges.length === 1 && only !== undefined && only.start.length <= plan.index.prefix.length;
}

/** The documents that a statement is for, as they are now: in a transaction no other write comes between. */
export function findTargets(
  invocation: Invocation,
  collection: Collection,
  query: TargetQuery,
  candidates: Candidates | null,
): Found[] {
  const { filter, sorter, hint, limit } = query;
  if (candidates) {
    const found = fromCandidates(collection, query, candidates);
    if (found) return found;
  }
  const plan = choosePlan(collection, filter, sorter, hint);
  const expected = Number.isFinite(limit) ? limit : 64;
  const search = new Search(invocation.storage, plan, filter, { expected });
  if (sorter && !plan.sorted) return runToEnd(collectSorted(search, sorter, limit, invocation.pace));
  return runToEnd(collect(search, limit, invocation.pace));
}

/** Asks the candidates again; null where too few are left to be sure that no other document comes first. */
function fromCandidates(collection: Collection, query: TargetQuery, candidates: Candidates): Found[] | null {
  const all = [...new Set([...candidates.records, ...candidates.written])].sort();
  const found: Found[] = [];
  for (const each of all) {
    if (found.length >= query.limit && !query.sorter) break;
    const record = Buffer.from(each, "latin1");
    const bytes = collection.read(record);
    if (bytes && query.filter.matchesRaw(bytes)) found.push({ record, bytes });
  }
  if (query.limit === 1 && !query.sorter && found.length === 0 && candidates.records.length >= 16)
    return null;
  return query.sorter ? sortFound(found, query.sorter, query.limit) : found;
}

function sortFound(found: Found[], sorter: Sorter, limit: number): Found[] {
  const keyed = found.map((each) => ({ each, key: sorter.keyOfBytes(each.bytes) }));
  return keyed
    .sort((a, b) => sorter.compare(a.key, b.key))
    .slice(0, limit)
    .map(({ each }) => each);
}
