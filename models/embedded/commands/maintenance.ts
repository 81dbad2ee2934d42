import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { CommandError } from "../errors.ts";
import type { Work } from "../plan/read.ts";
import { copyStorage } from "../storage/copy.ts";
import { verifyStorage } from "../storage/verify.ts";
import { stringField } from "./arguments.ts";
import type { Commands, Invocation, Reply } from "./command.ts";

function* backup(invocation: Invocation): Work<Reply> {
  const { command, storage, pace } = invocation;
  const file = stringField(command, "file", "embeddedBackup");
  if (file === undefined || !isAbsolute(file)) {
    throw new CommandError("BadValue", "embeddedBackup needs the absolute path of a file");
  }
  if (existsSync(file))
    throw new CommandError("BadValue", `The file ${file} is there already; a backup overwrites nothing`);
  const snapshot = storage.snapshot();
  try {
    return { entries: BigInt(yield* copyStorage(storage, file, pace, snapshot)) };
  } finally {
    snapshot.done();
  }
}

function* verify(invocation: Invocation): Work<Reply> {
  const snapshot = invocation.storage.snapshot();
  try {
    const { collections, documents, entries, problems } = yield* verifyStorage(
      invocation.storage,
      invocation.pace,
      snapshot,
    );
    return { collections, documents: BigInt(documents), entries: BigInt(entries), problems };
  } finally {
    snapshot.done();
  }
}

/** This database's own commands, for a backup and a check while it is in use. MongoDB does not have them. */
export const maintenanceCommands: Commands = {
  embeddedBackup: { kind: "read", fields: new Set(["file"]), run: backup },
  embeddedVerify: { kind: "read", fields: new Set(), run: verify },
};
