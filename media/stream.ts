/** Bytes on their way through: looked at, counted, and never kept. */

export type Bytes = AsyncIterable<Uint8Array>;

/** More came than anybody may send. */
export class TooManyBytes extends Error {
  override readonly name = "TooManyBytes";
}

/** Lets at most so many bytes through; throws `TooManyBytes` at the first one more. */
export async function* capped(bytes: Bytes, most: number): Bytes {
  let passed = 0;
  for await (const chunk of bytes) {
    passed += chunk.length;
    if (passed > most) throw new TooManyBytes(`more than ${most} bytes`);
    yield chunk;
  }
}

/** The first bytes, and all of them again, the first included. The second must be read or closed. */
export async function peek(bytes: Bytes, count: number): Promise<{ head: Buffer; bytes: Bytes }> {
  const source = bytes[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  for (let length = 0; length < count; ) {
    const next = await source.next();
    if (next.done) break;
    seen.push(next.value);
    length += next.value.length;
  }
  const first = Buffer.concat(seen);
  async function* all(): Bytes {
    try {
      if (first.length > 0) yield first;
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
    } finally {
      await source.return?.();
    }
  }
  return { head: first.subarray(0, count), bytes: all() };
}

/** All bytes at once, for what can't be worked on in pieces. Throws `TooManyBytes` before more than `most` are held. */
export async function collected(bytes: Bytes, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of capped(bytes, most)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
