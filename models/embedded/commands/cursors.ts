import { RawDocument } from "../bson/encode.ts";
import { CommandError } from "../errors.ts";
import type { Pace, Work } from "../plan/read.ts";

/** Where the documents of a cursor come from, one after the other, as BSON; null at the end. */
export interface DocumentSource {
  next(pace: Pace): Work<Buffer | null>;
  /** Called when reading goes on after a pause. */
  refresh?(): void;
  /** Whether it is known, without looking, that nothing follows. */
  ended?(): boolean;
}

interface Cursor {
  id: bigint;
  namespace: string;
  source: DocumentSource;
  /** A document that was read but did not fit into the last batch. */
  pending: Buffer | null;
  lastUsed: number;
}

/** The bytes of documents that one reply holds at the most, as MongoDB. */
const MAX_BATCH_BYTES = 16777216;
const IDLE_LIMIT = 600_000;
const MAX_OPEN = 10_000;

/** A list of documents as a source. */
export function listSource(documents: readonly Buffer[]): DocumentSource {
  let at = 0;
  return {
    // biome-ignore lint/correctness/useYield: a list never has to give way
    *next() {
      return documents[at++] ?? null;
    },
    ended: () => at >= documents.length,
  };
}

export interface Batch {
  id: bigint;
  documents: RawDocument[];
}

/** The cursors that clients have open. */
export class Cursors {
  private readonly open = new Map<bigint, Cursor>();
  private nextId = BigInt(Date.now()) << 20n;

  /** Reads the first batch; a cursor stays open where there is more. */
  *first(namespace: string, source: DocumentSource, size: number, single: boolean, pace: Pace): Work<Batch> {
    const cursor: Cursor = { id: 0n, namespace, source, pending: null, lastUsed: Date.now() };
    const batch = yield* this.read(cursor, size, pace);
    if (!batch.more || single) return { id: 0n, documents: batch.documents };
    if (this.open.size >= MAX_OPEN) {
      throw new CommandError("ExceededMemoryLimit", `${MAX_OPEN} cursors are open, and no more can be`);
    }
    cursor.id = ++this.nextId;
    this.open.set(cursor.id, cursor);
    return { id: cursor.id, documents: batch.documents };
  }

  /** Reads the next batch of an open cursor. */
  *more(id: bigint, namespace: string, size: number, pace: Pace): Work<Batch> {
    const cursor = this.open.get(id);
    if (!cursor) throw new CommandError("CursorNotFound", `cursor id ${id} not found`);
    if (cursor.namespace !== namespace) {
      throw new CommandError(
        13,
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    }
    // out of the list while it is read: a second getMore meanwhile finds none, and a failed one leaves none
    this.open.delete(id);
    cursor.source.refresh?.();
    const batch = yield* this.read(cursor, size, pace);
    if (!batch.more) return { id: 0n, documents: batch.documents };
    cursor.lastUsed = Date.now();
    this.open.set(id, cursor);
    return { id, documents: batch.documents };
  }

  private *read(cursor: Cursor, size: number, pace: Pace): Work<{ documents: RawDocument[]; more: boolean }> {
    const documents: RawDocument[] = [];
    let bytes = 0;
    while (documents.length < size) {
      const next: Buffer | null = cursor.pending ?? (yield* cursor.source.next(pace));
      cursor.pending = null;
      if (!next) return { documents, more: false };
      if (documents.length > 0 && bytes + next.length > MAX_BATCH_BYTES) {
        cursor.pending = next;
        return { documents, more: true };
      }
      bytes += next.length;
      documents.push(new RawDocument(next));
    }
    return { documents, more: size === 0 || cursor.source.ended?.() !== true };
  }

  /** Closes cursors; says which there were. */
  kill(ids: readonly bigint[]): { killed: bigint[]; notFound: bigint[] } {
    const killed = ids.filter((id) => this.open.delete(id));
    return { killed, notFound: ids.filter((id) => !killed.includes(id)) };
  }

  /** Closes the cursors that nobody asked for in ten minutes. */
  closeIdle(now = Date.now()): void {
    for (const [id, cursor] of this.open) if (now - cursor.lastUsed > IDLE_LIMIT) this.open.delete(id);
  }
}
