import type { EncodableFields } from "../bson/encode.ts";
import type { Document } from "../bson/values.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import type { Pace, Work } from "../plan/read.ts";
import type { Storage } from "../storage/storage.ts";
import type { Cursors } from "./cursors.ts";

/** What a command works with. */
export interface Invocation {
  storage: Storage;
  cursors: Cursors;
  /** The command's name as the client wrote it. */
  name: string;
  command: Document;
  /** The documents of an insert, as BSON. */
  documents: Buffer[];
  database: string;
  /** For filters and expressions: the time, and the variables of the command's `let`. */
  context: ExpressionContext;
  pace: Pace;
  /** Whether this command is the only one under way; while it waits for that, no other begins. */
  alone(): boolean;
}

/** The reply's fields; `ok` is added to them. */
export type Reply = EncodableFields;

/** A command that reads, in slices where it takes long. */
interface ReadCommand {
  kind: "read";
  /** The fields that it knows, beside those that every command has; null: it takes any. */
  fields: ReadonlySet<string> | null;
  run(invocation: Invocation): Work<Reply>;
}

/** A command that writes, within the transaction that is under way. */
export interface WriteCommand {
  kind: "write";
  fields: ReadonlySet<string>;
  /** What can be done before the transaction, in slices: the search for documents that no index helps to find. */
  prepare?(invocation: Invocation): Work<Preparation>;
  run(invocation: Invocation, preparation: Preparation | null): Reply;
}

/** What a write found out before its transaction; `done` is called when it is over. */
export interface Preparation {
  done(): void;
}

export type Command = ReadCommand | WriteCommand;

/** Commands by name. */
export type Commands = Readonly<Record<string, Command>>;
