import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mongoose from "mongoose";
import { openEmbeddedDatabase } from "../../../models/embedded/index.ts";

export const {
  MongoClient,
  ObjectId,
  Long,
  Double,
  Decimal128,
  Binary,
  Timestamp,
  MinKey,
  MaxKey,
  BSONRegExp,
} = mongoose.mongo;

/** A document of any form, as the tables of cases write them. */
export type Plain = Record<string, unknown>;
type Client = InstanceType<typeof MongoClient>;

export type TestCollection = ReturnType<typeof collectionOf>;

function collectionOf(client: Client, database: string, name: string) {
  // biome-ignore lint/suspicious/noExplicitAny: the cases store documents of any form, under ids of any type
  return client.db(database).collection<any>(name);
}

/** A directory of its own, which `remove` takes away. */
export function temporaryDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "embedded-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface TestDatabase {
  client: Client;
  uri: string;
  /** Whether it is the embedded database and not one named by MONGODB_URI. */
  embedded: boolean;
  /** An empty collection. */
  collection(): TestCollection;
  close(): Promise<void>;
}

/** The embedded database, or the MongoDB that MONGODB_URI names: the same cases run on both. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const given = process.env.MONGODB_URI;
  const directory = temporaryDirectory();
  const embedded = given ? null : await openEmbeddedDatabase({ directory: directory.path });
  const uri = given ?? embedded?.uri ?? "";
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5000 });
  const name = `conformance_${process.pid}_${Date.now()}`;
  let collections = 0;
  return {
    client,
    uri,
    embedded: embedded !== null,
    collection: () => collectionOf(client, name, `c${++collections}`),
    async close() {
      await client.db(name).dropDatabase();
      await client.close();
      await embedded?.close();
      directory.remove();
    },
  };
}

/** Puts documents into an empty collection. */
export async function filled(database: TestDatabase, documents: readonly Plain[]): Promise<TestCollection> {
  const collection = database.collection();
  if (documents.length > 0) await collection.insertMany(documents.map((document) => ({ ...document })));
  return collection;
}

/** The error that something ends with; undefined when it ends well. */
export async function errorOf(
  run: Promise<unknown>,
): Promise<{ code?: unknown; codeName?: unknown; message?: string } | undefined> {
  try {
    await run;
    return undefined;
  } catch (error) {
    return error as { code?: unknown; codeName?: unknown; message?: string };
  }
}
