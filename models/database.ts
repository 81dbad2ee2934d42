/** Opens the database, checks that the keys fit it, and gives out its collections. */
import mongoose, { type Connection } from "mongoose";
import { Chats } from "./chats.ts";
import { Claims } from "./claims.ts";
import { openEmbeddedDatabase } from "./embedded/index.ts";
import { Erasures } from "./erasures.ts";
import { Inbound } from "./inbound.ts";
import { Lease } from "./lease.ts";
import { Messages } from "./messages.ts";
import { within } from "./patience.ts";
import { Records } from "./records.ts";
import { BlindIndex, type EncryptionKey, Sealer } from "./seal.ts";
import { openSecrets } from "./secrets.ts";
import { Subjects } from "./subjects.ts";
import { Upkeep } from "./upkeep.ts";
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
  readonly erasures: Erasures;
  readonly upkeep: Upkeep;
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
  /** The file that lists what was erased, for whoever erases. */
  erasures?: string;
}

/**
 * @throws SealError when the encryption keys are not those of this database
 * @throws Error when no server answers
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { connection, uri, close } = await connect(options);
  try {
    const sealer = new Sealer(options.keys);
    const blind = new BlindIndex(await openSecrets(connection, sealer));
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
      erasures: new Erasures(connection, options.erasures ?? null),
      upkeep: new Upkeep(connection, uri),
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

/**
 * A connection without any look at what is stored, for whoever mends it.
 *
 * @throws Error when no server answers
 */
export async function connect({
  uri,
  directory,
  patience = 5000,
}: Omit<DatabaseOptions, "keys" | "erasures">): Promise<{
  connection: Connection;
  uri: string;
  close(): Promise<void>;
}> {
  const embedded = uri ? null : await openEmbeddedDatabase({ directory });
  const address = uri ?? embedded?.uri ?? "";
  const connection = mongoose.createConnection(address, {
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
    return { connection, uri: address, close };
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
