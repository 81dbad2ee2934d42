/**
 * How every model reaches its collection: mongoose holds schema, indexes and connection; the hot path writes plain
 * documents in bulk, without a copy of each in between.
 */
import mongoose, { type Connection, type mongo, type Schema } from "mongoose";
import { patient } from "./patience.ts";

export type Collection<Document extends mongo.Document> = mongo.Collection<Document>;

/** Registers the schema, so that `createIndexes` knows it, and returns the driver's own collection. */
export function collectionOf<Document extends mongo.Document>(
  connection: Connection,
  name: string,
  schema: Schema<Document>,
): Collection<Document> {
  connection.model(name, schema);
  const { db } = connection;
  if (!db) throw new Error("the database is not connected yet");
  const collection = db.collection<Document>(schema.get("collection") ?? name);
  return patient(collection, connection.getClient().options.socketTimeoutMS);
}

const duplicateKey = 11000;

/** Inserts documents, passing over those whose `_id` is there already. */
export async function insertNew<Document extends mongo.Document>(
  collection: Collection<Document>,
  documents: Document[],
): Promise<void> {
  if (documents.length === 0) return;
  try {
    await collection.insertMany(documents as mongo.OptionalUnlessRequiredId<Document>[], { ordered: false });
  } catch (error) {
    if (!onlyDuplicates(error)) throw error;
  }
}

/** True when a bulk write failed for no other reason than `_id`s that were there already. */
function onlyDuplicates(error: unknown): boolean {
  const failures = writeErrors(error);
  return failures.length > 0 && failures.every(({ code, id }) => code === duplicateKey && id);
}

/** True when a bulk write failed for no other reason than unique indexes. */
export function onlyRefusedByIndexes(error: unknown): boolean {
  const failures = writeErrors(error);
  return failures.length > 0 && failures.every(({ code }) => code === duplicateKey);
}

function writeErrors(error: unknown): { code: number; id: boolean }[] {
  const { MongoBulkWriteError, MongoServerError } = mongoose.mongo;
  if (error instanceof MongoBulkWriteError) {
    if (error.result.getWriteConcernError()) return [];
    const list = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
    return list.map(({ code, errmsg }) => ({ code, id: namesId(errmsg) }));
  }
  if (error instanceof MongoServerError) {
    const { code, message } = error;
    return [{ code: Number(code), id: namesId(message) }];
  }
  return [];
}

function namesId(message: string | undefined): boolean {
  return message?.includes("index: _id_") ?? false;
}
