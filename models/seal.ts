/**
 * Sealing: what people write, and where they are reached, is encrypted before it goes to the database
 * (AES-256-GCM). Collection, id and field are authenticated with the text, so a sealed text cannot be moved to
 * another place. Look-ups go through an HMAC under a key of its own that does not rotate.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, randomFillSync } from "node:crypto";

/** One key of `ENCRYPTION_KEYS`: a short name that is stored beside what it sealed, and 32 bytes. */
export interface EncryptionKey {
  id: string;
  key: Buffer;
}

/** Where a sealed text stands. */
export interface Place {
  collection: string;
  id: string;
  field: string;
}

/** A sealed text cannot be opened: its key is missing, or it was changed or moved. Never says what it held. */
export class SealError extends Error {
  override readonly name = "SealError";
}

const format = 1;
const ivLength = 12;
const tagLength = 16;

export class Sealer {
  readonly #current: EncryptionKey;
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #ivs = Buffer.alloc(ivLength * 256);
  #ivsUsed = 256;

  /** @param keys the first one seals, all of them open */
  constructor(keys: readonly EncryptionKey[]) {
    const [current] = keys;
    if (!current) throw new SealError("there is no encryption key");
    for (const { id, key } of keys) {
      if (key.length !== 32)
        throw new SealError(`encryption key ${id} has ${key.length} bytes instead of 32`);
      if (Buffer.byteLength(id) > 255) throw new SealError("the name of an encryption key is too long");
    }
    this.#current = current;
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  /** The id of the key that seals now; what carries another id is old and can be sealed again. */
  get currentKey(): string {
    return this.#current.id;
  }

  seal(place: Place, text: string): Buffer {
    const { id, key } = this.#current;
    const name = Buffer.from(id);
    const iv = this.#nextIv();
    const cipher = createCipheriv("aes-256-gcm", key, iv);
    cipher.setAAD(authenticated(place));
    const sealed = cipher.update(text, "utf8");
    cipher.final();
    return Buffer.concat([Buffer.of(format, name.length), name, iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws SealError when the key is missing, or the text was changed or stood elsewhere */
  open(place: Place, sealed: Uint8Array): string {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const where = `${place.collection}.${place.field}`;
    if (bytes.length < 2 || bytes[0] !== format)
      throw new SealError(`${where} is not sealed in a known format`);
    const ivAt = 2 + (bytes[1] ?? 0);
    const id = bytes.toString("utf8", 2, ivAt);
    const key = this.#keys.get(id);
    if (!key) throw new SealError(`${where} was sealed with key "${id}", which is not in ENCRYPTION_KEYS`);
    const tagAt = ivAt + ivLength;
    const textAt = tagAt + tagLength;
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(ivAt, tagAt), {
        authTagLength: tagLength,
      });
      decipher.setAAD(authenticated(place));
      decipher.setAuthTag(bytes.subarray(tagAt, textAt));
      return decipher.update(bytes.subarray(textAt), undefined, "utf8") + decipher.final("utf8");
    } catch {
      throw new SealError(`${where} was changed, moved, or sealed with another key named "${id}"`);
    }
  }

  #nextIv(): Buffer {
    if (this.#ivsUsed === 256) {
      randomFillSync(this.#ivs);
      this.#ivsUsed = 0;
    }
    const at = this.#ivsUsed++ * ivLength;
    return this.#ivs.subarray(at, at + ivLength);
  }
}

/** The id of the key that sealed a text; null when it is not sealed in a known format. */
export function keyIdOf(sealed: Buffer): string | null {
  const length = sealed[1] ?? 0;
  if (sealed[0] !== format || sealed.length < 2 + length + ivLength + tagLength) return null;
  return sealed.toString("utf8", 2, 2 + length);
}

/** Makes look-up values from texts that must not stand in the database in clear. */
export class BlindIndex {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** A new key for a new database. */
  static newKey(): Buffer {
    return randomBytes(32);
  }

  /** 22 characters of base64url; the same text under another kind gives another value. */
  of(kind: string, text: string): string {
    return createHmac("sha256", this.#key).update(`${kind}\0${text}`).digest().toString("base64url", 0, 16);
  }
}

function authenticated({ collection, id, field }: Place): Buffer {
  return Buffer.from(`${collection}\0${id}\0${field}`);
}
