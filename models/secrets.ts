/**
 * The few secrets that stand in the database under the encryption keys: the key of the look-ups, and for each
 * encryption key a proof by which a start without it is noticed before anything else happens.
 */
import { type Connection, Schema } from "mongoose";
import { type Collection, collectionOf, insertNew } from "./collection.ts";
import { BlindIndex, keyIdOf, SealError, type Sealer } from "./seal.ts";
import { proofPrefix, SealedStore } from "./sealed.ts";

interface SecretDocument {
  _id: string;
  value: Buffer;
}

const schema = new Schema<SecretDocument>(
  { _id: { type: String, required: true }, value: { type: Buffer, required: true } },
  { collection: "secrets", versionKey: false, autoIndex: false },
);

const lookupKey = "lookup-key";
const place = (id: string) => ({ collection: "secrets", id, field: "value" });

/**
 * The key of the look-ups, which never rotates: made once, and stored under the encryption key. From now on the
 * database knows that the current key is in use.
 *
 * @throws SealError when a key is missing that something here is sealed with; says what, and what can be done
 */
export async function openSecrets(connection: Connection, sealer: Sealer): Promise<Buffer> {
  const secrets = secretsOf(connection);
  const stored = await secrets.find({ _id: { $gte: "" } }).toArray();
  const missing = stored.filter((secret) => !opens(sealer, secret)).map(({ _id }) => _id);
  if (missing.length > 0) throw new SealError(await whatIsLost(connection, sealer, missing));
  await noteKey(connection, sealer);
  const fresh = BlindIndex.newKey().toString("base64");
  await insertNew(secrets, [{ _id: lookupKey, value: sealer.seal(place(lookupKey), fresh) }]);
  const found = await secrets.findOne({ _id: lookupKey });
  if (!found) throw new SealError("the key of the look-ups can't be read back");
  return Buffer.from(sealer.open(place(lookupKey), found.value), "base64");
}

/** From now on a start without the current key is noticed. */
export async function noteKey(connection: Connection, sealer: Sealer): Promise<void> {
  const id = `${proofPrefix}${sealer.currentKey}`;
  await insertNew(secretsOf(connection), [{ _id: id, value: sealer.seal(place(id), id) }]);
}

/** Nothing is sealed any more but with the current key: every other may be missing at the next start. */
export async function forgetOtherKeys(connection: Connection, sealer: Sealer): Promise<void> {
  const secrets = secretsOf(connection);
  const all = await secrets.find({}).toArray();
  const others = all.filter(
    (secret) =>
      secret._id.startsWith(proofPrefix) &&
      !(opens(sealer, secret) && keyIdOf(secret.value) === sealer.currentKey),
  );
  await secrets.deleteMany({ _id: { $in: others.map(({ _id }) => _id) } });
}

/** Forgets every secret that can't be opened; whether the key of the look-ups was one of them. */
export async function forgetLostSecrets(
  connection: Connection,
  sealer: Sealer,
): Promise<{ lookupsLost: boolean }> {
  const secrets = secretsOf(connection);
  const lost = (await secrets.find({}).toArray()).filter((secret) => !opens(sealer, secret));
  await secrets.deleteMany({ _id: { $in: lost.map(({ _id }) => _id) } });
  return { lookupsLost: lost.some(({ _id }) => _id === lookupKey) };
}

function secretsOf(connection: Connection): Collection<SecretDocument> {
  return collectionOf<SecretDocument>(connection, "Secret", schema);
}

function opens(sealer: Sealer, { _id, value }: SecretDocument): boolean {
  try {
    sealer.open(place(_id), value);
    return true;
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}

async function whatIsLost(connection: Connection, sealer: Sealer, secrets: string[]): Promise<string> {
  const keys = secrets.flatMap((id) => (id.startsWith(proofPrefix) ? id.slice(proofPrefix.length) : []));
  const counts = await new SealedStore(connection, sealer).count();
  const lost = [...counts].flatMap(([name, count]) => (count.lost > 0 ? `${name} ${count.lost}` : []));
  return [
    `The encryption keys do not open this database.`,
    keys.length > 0
      ? `Missing, or another key of the same name: ${keys.join(", ")}.`
      : "It was made with another key.",
    `What can't be read without it: ${lost.join(", ")}.`,
    "Put the key back: behind the others in ENCRYPTION_KEYS, or in the file encryption-keys of the data folder.",
    "Only if every copy of it is lost: npm run key -- discard removes what it sealed, so that Peerline can start.",
  ].join("\n");
}
