import { type Document, isDocument, isNumeric, toNumber, typeName, type Value } from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import { expressionContext } from "../expressions/context.ts";
import { parseExpression } from "../expressions/parse.ts";
import type { Storage } from "../storage/storage.ts";
import type { Request } from "../wire.ts";
import { aggregateCommands } from "./aggregate.ts";
import { checkDatabaseName, countField, documentField, refuseUnknownFields } from "./arguments.ts";
import { collectionCommands } from "./collections.ts";
import type { Command, Commands, Invocation } from "./command.ts";
import { countCommands } from "./count.ts";
import type { Cursors } from "./cursors.ts";
import { explainCommands } from "./explain.ts";
import { findCommands } from "./find.ts";
import { findAndModifyCommands } from "./find-and-modify.ts";
import { handshakeCommands } from "./handshake.ts";
import { indexCommands } from "./indexes.ts";
import { maintenanceCommands } from "./maintenance.ts";
import { SlicedPace } from "./pace.ts";
import { writeCommands } from "./write.ts";

const commands: Commands = {
  ...aggregateCommands,
  ...collectionCommands,
  ...countCommands,
  ...explainCommands,
  ...findCommands,
  ...findAndModifyCommands,
  ...handshakeCommands,
  ...indexCommands,
  ...maintenanceCommands,
  ...writeCommands,
};

/** Commands that MongoDB has and that are left out here: they are refused by name. */
const refused = new Set([
  "commitTransaction",
  "abortTransaction",
  "mapReduce",
  "collMod",
  "renameCollection",
]);

/** A request that was understood: which command it is, and what it works with. */
export interface Call {
  command: Command;
  invocation: Invocation & { pace: SlicedPace };
}

/** Finds the command of a request and checks what all commands have in common. */
export function readCall(request: Request, storage: Storage, cursors: Cursors, alone: () => boolean): Call {
  const { command: document } = request;
  const [name = ""] = document.keys();
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    if (refused.has(name)) throw unsupported(`the command ${name}`, "CommandNotFound");
    throw new CommandError("CommandNotFound", `no such command: '${name}'`);
  }
  const database = document.get("$db");
  if (typeof database !== "string")
    throw new CommandError(40414, `BSON field '${name}.$db' is missing but a required field`);
  checkDatabaseName(database);
  refuseTransactions(document);
  if (command.fields) refuseUnknownFields(name, document, command.fields);
  checkReadConcern(document);
  checkWriteConcern(document);
  const limit = countField(document, "maxTimeMS", name) ?? 0;
  const invocation = {
    storage,
    cursors,
    name,
    command: document,
    documents: request.documents,
    database,
    context: expressionContext(new Date(), readLet(document)),
    pace: new SlicedPace(limit),
    alone,
  };
  return { command, invocation };
}

function refuseTransactions(command: Document): void {
  if (command.has("txnNumber") || command.has("startTransaction") || command.has("autocommit")) {
    throw new CommandError(
      "IllegalOperation",
      "Transaction numbers are only allowed on a replica set member or mongos",
    );
  }
}

function checkReadConcern(command: Document): void {
  const concern = documentField(command, "readConcern", "command");
  const level = concern?.get("level");
  if (level === undefined) return;
  if (level === "linearizable" || level === "snapshot") {
    throw new CommandError("NotAReplicaSet", "node needs to be a replica set member to use read concern");
  }
  if (typeof level !== "string" || !["local", "majority", "available"].includes(level)) {
    throw new CommandError(
      "FailedToParse",
      "readConcern.level must be either 'local', 'majority', 'available', 'linearizable' or 'snapshot'",
    );
  }
}

/** Every acknowledged write is on disk, so that each write concern of a single server is met. */
function checkWriteConcern(command: Document): void {
  const concern = documentField(command, "writeConcern", "command");
  const w: Value | undefined = concern?.get("w");
  if (w === undefined || w === "majority") return;
  if (!isNumeric(w)) {
    throw new CommandError(
      "BadValue",
      `cannot use non-majority 'w' mode "${typeof w === "string" ? w : typeName(w)}" when a host is not a member of a replica set`,
    );
  }
  if (toNumber(w) > 1) throw new CommandError("BadValue", "cannot use 'w' > 1 when a host is not replicated");
}

/** The values of a command's `let`: constant expressions, each of which may use those before it. */
function readLet(command: Document): ReadonlyMap<string, Value> {
  const variables = new Map<string, Value>();
  const given = command.get("let");
  if (given === undefined) return variables;
  if (!isDocument(given))
    throw new CommandError(
      "TypeMismatch",
      `BSON field 'let' is the wrong type '${typeName(given)}', expected type 'object'`,
    );
  for (const [name, value] of given) {
    const context = expressionContext(new Date(), variables);
    const expression = parseExpression(value, context);
    if (context.reads.size > 0) {
      throw new CommandError(
        4890500,
        "Command let Expression tried to access a field, but this is not allowed because command let expressions run before the query examines any documents.",
      );
    }
    const evaluated = expression({ root: new Map(), variables: null });
    if (evaluated !== undefined) variables.set(name, evaluated);
  }
  return variables;
}
