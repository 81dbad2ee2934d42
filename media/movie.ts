/**
 * Films without what tells of their maker, in a stream: in the boxes of an MP4 or QuickTime file those that hold
 * place, camera and author become empty ones of the same length, so that nothing else has to move.
 */
import type { Bytes } from "./stream.ts";

/** What is no such film, or a broken one: it could hide what has to go. */
export class NotAMovie extends Error {
  override readonly name = "NotAMovie";
}

/** Boxes that hold nothing but other boxes, in which something to be emptied can stand. */
const boxesOfBoxes: ReadonlySet<string> = new Set(["moov", "trak", "mdia", "moof", "traf"]);
/** User data, metadata, and whatever programs add under names of their own. */
const emptied: ReadonlySet<string> = new Set(["udta", "meta", "uuid"]);

const shortHeader = 8;
const longHeader = 16;

/** @throws NotAMovie */
export async function* cleanMovie(bytes: Bytes): Bytes {
  let waiting: Buffer = Buffer.alloc(0);
  /** Bytes left of the box under way, and whether they are to be seen. */
  let left = 0;
  let shown = true;
  for await (const chunk of bytes) {
    waiting = waiting.length === 0 ? Buffer.from(chunk) : Buffer.concat([waiting, chunk]);
    while (waiting.length > 0) {
      if (left > 0) {
        const part = waiting.subarray(0, Math.min(left, waiting.length));
        waiting = waiting.subarray(part.length);
        left -= part.length;
        yield shown ? part : Buffer.alloc(part.length);
        continue;
      }
      const box = headerOf(waiting);
      if (box === null) break;
      const header = Buffer.from(waiting.subarray(0, box.header));
      waiting = waiting.subarray(box.header);
      shown = !emptied.has(box.name);
      left = boxesOfBoxes.has(box.name) ? 0 : box.size - box.header;
      if (!shown) header.write("free", 4, "latin1");
      yield header;
    }
  }
  // A last box may go on to the end of the file.
  if (waiting.length > 0 || (left > 0 && left !== Number.POSITIVE_INFINITY))
    throw new NotAMovie("it ends too early");
}

/** The next box; null when more bytes are needed to tell. */
function headerOf(bytes: Buffer): { name: string; header: number; size: number } | null {
  if (bytes.length < shortHeader) return null;
  const short = bytes.readUInt32BE(0);
  const name = bytes.toString("latin1", 4, shortHeader);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(name)) throw new NotAMovie("a box without a name");
  if (short === 0) return { name, header: shortHeader, size: Number.POSITIVE_INFINITY };
  if (short !== 1) {
    if (short < shortHeader) throw new NotAMovie("a box shorter than its header");
    return { name, header: shortHeader, size: short };
  }
  if (bytes.length < longHeader) return null;
  const size = Number(bytes.readBigUInt64BE(shortHeader));
  if (size < longHeader) throw new NotAMovie("a box shorter than its header");
  return { name, header: longHeader, size };
}
