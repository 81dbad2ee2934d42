import { decodeDocument, decodeFields } from "../bson/decode.ts";
import { type Document, isDocument, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import { choosePlan, type Plan } from "../plan/plan.ts";
import { collectSorted, type Found, type Pace, Search, type Work } from "../plan/read.ts";
import { Always, And, Filter } from "../query/filter.ts";
import type { Sorter } from "../query/sort.ts";
import type { Collection } from "../storage/collection.ts";
import type { Snapshot, Storage } from "../storage/storage.ts";
import { parseLookup } from "./lookup.ts";
import {
  type DocumentStream,
  filtered,
  limited,
  parseStage,
  type Stage,
  skipped,
  sortedStream,
} from "./stages.ts";

/** What a pipeline runs on. */
export interface PipelineSource {
  storage: Storage;
  database: string;
  /** One view for the whole pipeline, lookups included. */
  snapshot: Snapshot;
}

/** Reads the stages of a pipeline. */
export function parsePipeline(
  stages: readonly Value[],
  source: PipelineSource,
  context: ExpressionContext,
): Pipeline {
  const parsed: Stage[] = [];
  const needed = new Set<string>();
  let open = true;
  for (const stage of stages) {
    if (!isDocument(stage))
      throw new CommandError("TypeMismatch", "Each element of the 'pipeline' array must be an object");
    if (stage.size !== 1) {
      throw new CommandError(40323, "A pipeline stage specification object must contain exactly one field.");
    }
    const [[name, value] = ["", null]] = stage;
    const own: ExpressionContext = { ...context, reads: new Set() };
    const next = name === "$lookup" ? parseLookup(value, source, own) : parseStage(name, value, own);
    parsed.push(next);
    if (open) open = noteReads(next, own, needed);
  }
  return new Pipeline(parsed, open || needed.has("") ? null : needed);
}

/** Collects what a stage reads of the documents; false where later stages see no more of them. */
function noteReads(stage: Stage, context: ExpressionContext, needed: Set<string>): boolean {
  for (const field of context.reads) needed.add(field);
  if (stage.kind === "match") for (const field of stage.filter.fields ?? [""]) needed.add(field);
  if (stage.kind === "sort") for (const field of stage.sorter.reads) needed.add(field);
  return stage.kind !== "other" || !stage.closed;
}

/** The part of a pipeline that the search for documents does itself. */
interface Front {
  filter: Filter;
  sorter: Sorter | null;
  skip: number;
  limit: number;
  rest: readonly Stage[];
}

/** A pipeline that is ready to run. */
export class Pipeline {
  readonly stages: readonly Stage[];
  /** The top-level fields that are needed of the stored documents; null: all. */
  private readonly needed: ReadonlySet<string> | null;

  constructor(stages: readonly Stage[], needed: ReadonlySet<string> | null) {
    this.stages = stages;
    this.needed = needed;
  }

  /** How the pipeline's documents would be found, for `explain`. */
  plan(collection: Collection, hint: Value | undefined): Plan {
    const front = this.front();
    return choosePlan(collection, front.filter, front.sorter, hint);
  }

  /** Runs the pipeline over a collection, or over nothing where it does not exist. */
  run(source: PipelineSource, collection: Collection | undefined, hint?: Value): DocumentStream {
    const front = this.front();
    const found = collection ? this.search(source, collection, front, hint) : empty;
    return openStages(found, front.rest);
  }

  /** The leading `$match`, `$sort`, `$skip` and `$limit`, in the order in which a search can do them. */
  private front(): Front {
    const filters: Filter[] = [];
    let sorter: Sorter | null = null;
    let skip = 0;
    let limit = Number.POSITIVE_INFINITY;
    let at = 0;
    for (; at < this.stages.length; at++) {
      const stage = this.stages[at];
      const cut = skip > 0 || Number.isFinite(limit);
      if (stage?.kind === "match" && !cut) filters.push(stage.filter);
      else if (stage?.kind === "sort" && !cut && !sorter) sorter = stage.sorter;
      else if (stage?.kind === "skip" && !Number.isFinite(limit)) skip += stage.count;
      else if (stage?.kind === "limit") limit = Math.min(limit, stage.count);
      else break;
    }
    return { filter: joined(filters), sorter, skip, limit, rest: this.stages.slice(at) };
  }

  private search(
    source: PipelineSource,
    collection: Collection,
    front: Front,
    hint: Value | undefined,
  ): DocumentStream {
    const { filter, sorter, skip, limit } = front;
    const plan = choosePlan(collection, filter, sorter, hint);
    const keysOnly = this.needed?.size === 0;
    const search = new Search(source.storage, plan, filter, {
      expected: 256,
      snapshot: source.snapshot,
      keysOnly,
    });
    const decode = (found: Found): Document => {
      if (!this.needed) return decodeDocument(found.bytes);
      return keysOnly ? new Map() : decodeFields(found.bytes, this.needed);
    };
    const stream =
      plan.sorted || !sorter ? streamOf(search, decode) : sortedSearch(search, sorter, skip + limit, decode);
    const rest = skip > 0 ? skipped(stream, skip) : stream;
    return Number.isFinite(limit) ? limited(rest, limit) : rest;
  }
}

/** Runs stages over a stream. */
export function openStages(source: DocumentStream, stages: readonly Stage[]): DocumentStream {
  let stream = source;
  for (let at = 0; at < stages.length; at++) {
    const stage = stages[at];
    const next = stages[at + 1];
    if (stage?.kind === "match") stream = filtered(stream, stage.filter);
    else if (stage?.kind === "skip") stream = skipped(stream, stage.count);
    else if (stage?.kind === "limit") stream = limited(stream, stage.count);
    else if (stage?.kind === "sort") {
      stream = sortedStream(
        stream,
        stage.sorter,
        next?.kind === "limit" ? next.count : Number.POSITIVE_INFINITY,
      );
    } else if (stage) stream = stage.open(stream);
  }
  return stream;
}

function joined(filters: readonly Filter[]): Filter {
  const [only] = filters;
  if (!only) return new Filter(new Always(true), new Set());
  if (filters.length === 1) return only;
  const whole = filters.some((filter) => filter.fields === null);
  const fields = new Set(filters.flatMap((filter) => [...(filter.fields ?? [])]));
  return new Filter(new And(filters.map((filter) => filter.root)), whole ? null : fields);
}

const empty: DocumentStream = {
  // biome-ignore lint/correctness/useYield: there is nothing to wait for
  *next() {
    return null;
  },
};

function streamOf(search: Search, decode: (found: Found) => Document): DocumentStream {
  return {
    *next(pace) {
      const found = yield* search.next(pace);
      return found && decode(found);
    },
  };
}

function sortedSearch(
  search: Search,
  sorter: Sorter,
  limit: number,
  decode: (found: Found) => Document,
): DocumentStream {
  let list: Found[] | null = null;
  let at = 0;
  return {
    *next(pace: Pace): Work<Document | null> {
      list ??= yield* collectSorted(search, sorter, limit, pace);
      const found = list[at++];
      return found ? decode(found) : null;
    },
  };
}
