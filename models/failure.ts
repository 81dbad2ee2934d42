/** Tells a database that is away from a write that can never succeed. */
import mongoose from "mongoose";
import { NoAnswer } from "./patience.ts";

/** Codes with which a server says "not me, not now": stepping down, shutting down, interrupted. */
const passing = new Set([6, 7, 50, 89, 91, 189, 262, 9001, 10_107, 11_600, 11_602, 13_435, 13_436]);

/** What a socket says that broke while the driver wrote to it; the driver passes it on as it is. */
const broken = new Set(["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED"]);

/** True when the same write can succeed later: no server, no primary, no answer. */
export function databaseIsAway(error: unknown): boolean {
  const { MongoError, MongoServerError, MongoInvalidArgumentError, MongoBulkWriteError } = mongoose.mongo;
  // The driver wraps a lost connection, too, when it happens in a bulk write: then no write of it was refused.
  if (error instanceof MongoBulkWriteError && error.code === undefined) {
    return error.result.getWriteErrorCount() === 0;
  }
  if (error instanceof MongoBulkWriteError && error.result.getWriteConcernError()) return true;
  if (error instanceof MongoServerError) return passing.has(Number(error.code));
  if (error instanceof MongoInvalidArgumentError) return false;
  if (error instanceof Error && "code" in error && broken.has(String(error.code))) return true;
  if (error instanceof NoAnswer) return true;
  return error instanceof MongoError || error instanceof mongoose.Error.MongooseServerSelectionError;
}
