/** Opens the database, checks that the keys fit it, and gives out its collections. */
import mongoose, { type Connection, Schema } from "mongoose";
import { Chats } from "./chats.ts";
import { Claims } from "./claims.ts";
import { type Collection, collectionOf, insertNew } from "./collection.ts";
import { openEmbeddedDatabase } from "./embedded/index.ts";
import { Inbound } from "./inbound.ts";
import { Lease } from "./lease.ts";
import { Messages } from "./messages.ts";
import { within } from "./patience.ts";
import { Records } from "./records.ts";
import { BlindIndex, type EncryptionKey, SealError, Sealer } from "./seal.ts";
import { Subjects } from "./subjects.ts";
import { Views } from "./views.ts";

export interface Database {
  readonly connection: Connection;
  readonly blind: BlindIndex;
  readonly inbound: Inbound;
  readonly subjects: Subjects;
  readonly messages: Messages;
  readonly chats: Chats;
  readonly claims: Claims;
  readonly records: Records;
  readonly views: Views;
  readonly lease: Lease;
  /** Whether the database answers now. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** A MongoDB server or replica set; null for the embedded database in `directory`. */
  uri: string | null;
  directory: string;
  keys: readonly EncryptionKey[];
  /** How long a server may not be found, or not answer, before it counts as away, milliseconds. */
  patience?: number;
}

/**
 * @throws SealError when the encryption keys are not those of this database
 * @throws Error when no server answers
 */
export async function openDatabase({
  uri,
  directory,
  keys,
  patience = 5000,
}: DatabaseOptions): Promise<Database> {
  const embedded = uri ? null : await openEmbeddedDatabase({ directory });
  const connection = mongoose.createConnection(uri ?? embedded?.uri ?? "", {
    serverSelectionTimeoutMS: patience,
    connectTimeoutMS: patience,
    // A server that froze with its connections open counts as away, too; see also `patience.ts`.
    socketTimeoutMS: 3 * patience,
    ignoreUndefined: true,
    promoteBuffers: true,
    // A write counts when most of a replica set has it on disk.
    writeConcern: { w: "majority", j: true },
    readPreference: "primary",
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
  });
  const close = async (): Promise<void> => {
    await connection.close();
    await embedded?.close();
  };
  try {
    await connection.asPromise();
    const sealer = new Sealer(keys);
    const blind = new BlindIndex(await lookupKey(connection, sealer));
    const database = {
      connection,
      blind,
      inbound: new Inbound(connection, sealer),
      subjects: new Subjects(connection, sealer),
      messages: new Messages(connection, sealer),
      chats: new Chats(connection, sealer, blind),
      claims: new Claims(connection, blind),
      records: new Records(connection),
      views: new Views(connection),
      lease: new Lease(connection),
      ping: () => answers(connection),
      close,
    };
    for (const name of connection.modelNames()) await connection.model(name).createIndexes();
    return database;
  } catch (error) {
    await close();
    throw error;
  }
}

const pingPatience = 2000;

async function answers(connection: Connection): Promise<boolean> {
  try {
    if (!connection.db) return false;
    await within(connection.db.command({ ping: 1 }), pingPatience);
    return connection.readyState === mongoose.ConnectionStates.connected;
  } catch {
    return false;
  }
}

interface SecretDocument {
  _id: string;
  value: Buffer;
}

const secretSchema = new Schema<SecretDocument>(
  { _id: { type: String, required: true }, value: { type: Buffer, required: true } },
  { collection: "secrets", versionKey: false, autoIndex: false },
);

/** The key of the look-ups never rotates; it is made once and stands in the database under the encryption key. */
async function lookupKey(connection: Connection, sealer: Sealer): Promise<Buffer> {
  const secrets: Collection<SecretDocument> = collectionOf<SecretDocument>(
    connection,
    "Secret",
    secretSchema,
  );
  const place = { collection: "secrets", id: "lookup-key", field: "value" };
  const made = sealer.seal(place, BlindIndex.newKey().toString("base64"));
  await insertNew(secrets, [{ _id: "lookup-key", value: made }]);
  const stored = await secrets.findOne({ _id: "lookup-key" });
  if (!stored) throw new SealError("the key of the look-ups can't be read back");
  try {
    return Buffer.from(sealer.open(place, stored.value), "base64");
  } catch (error) {
    throw new SealError(
      `ENCRYPTION_KEYS does not open this database: ${error instanceof Error ? error.message : "unknown"}. ` +
        "Set the keys that were used when it was made, or point to another database.",
    );
  }
}
