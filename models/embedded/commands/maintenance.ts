import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { CommandError } from "../errors.ts";
import type { Work } from "../plan/read.ts";
import { compactInUse, copyStorage } from "../storage/copy.ts";
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

/** What was deleted is gone from the file when this is answered. */
function* compact({ storage, pace, alone }: Invocation): Work<Reply> {
  return { entries: BigInt(yield* compactInUse(storage, pace, alone)) };
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

/** This database's own commands, for a backup, a check and a rewrite while it is in use. MongoDB does not have them. */
export const maintenanceCommands: Commands = {
  embeddedBackup: { kind: "read", fields: new Set(["file"]), run: backup },
  embeddedCompact: { kind: "read", fields: new Set(), run: compact },
  embeddedVerify: { kind: "read", fields: new Set(), run: verify },
};
