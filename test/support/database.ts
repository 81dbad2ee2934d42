/** A database for a test file: the embedded one in a directory of its own, or one of MONGODB_URI's. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mongoose from "mongoose";
import { openEmbeddedDatabase } from "../../models/embedded/index.ts";

export interface TestServer {
  /** A connection string to a fresh, empty database of its own. */
  fresh(): string;
  close(): Promise<void>;
}

export async function startTestServer(): Promise<TestServer> {
  const given = process.env.MONGODB_URI;
  const made: string[] = [];
  const directory = mkdtempSync(join(tmpdir(), "peerline-test-"));
  const embedded = given ? null : await openEmbeddedDatabase({ directory });
  const base = given ?? embedded?.uri ?? "";
  const withDatabase = (name: string): string => {
    const [address, options] = base.split("?");
    return `${(address ?? "").replace(/(mongodb(?:\+srv)?:\/\/[^/]+).*/, "$1")}/${name}${options ? `?${options}` : ""}`;
  };
  return {
    fresh() {
      const name = `t${randomUUID().replaceAll("-", "")}`;
      made.push(name);
      return withDatabase(name);
    },
    async close() {
      if (given) {
        const client = await mongoose.mongo.MongoClient.connect(given);
        for (const name of made) await client.db(name).dropDatabase();
        await client.close();
      }
      await embedded?.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
