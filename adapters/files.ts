/** What fetching a file has in common on all platforms. */
import { FileBroke } from "./channel.ts";

/** Milliseconds in which a file must have come, or gone, whole. */
export const filePatience = 180_000;

/** Lets at most so many bytes of a file through. @throws FileBroke */
export async function* guarded(
  bytes: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Uint8Array, void> {
  let passed = 0;
  const source = bytes[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await source.next().catch(() => {
        throw new FileBroke("away");
      });
      if (next.done) return;
      passed += next.value.length;
      if (passed > most) throw new FileBroke("too_large");
      yield next.value;
    }
  } finally {
    await source.return?.().catch(() => undefined);
  }
}

/** A length that a server tells; null when it tells none that can be. */
export function lengthOf(header: string | null | undefined): number | null {
  return header && /^\d{1,15}$/.test(header) ? Number(header) : null;
}
