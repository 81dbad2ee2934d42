/**
 * Pictures without what tells of their maker: place, time, camera, author. They are decoded and written anew, so that
 * nothing but what is to be seen goes on. One at a time: a decoded picture is large.
 */
import { type FileType, sniff } from "./sniff.ts";

/** The largest picture that is decoded, in bytes and in points. */
export const largestPicture = 10 * 1024 * 1024;
const mostPoints = 50_000_000;
/** Larger ones are made smaller: no phone shows more, and platforms refuse more. */
const longestSide = 4096;
const smallerSide = 2048;

export interface CleanPicture {
  bytes: Buffer;
  type: FileType;
}

let before: Promise<unknown> = Promise.resolve();

/**
 * @param wanted what the reader's channel can show, the best first; another type is turned into the first
 * @param most bytes that the channel takes
 * @returns null for what is no picture that can be read, or can't be made to fit
 */
export function cleanPicture(
  bytes: Uint8Array,
  wanted: readonly PictureType[],
  most: number,
): Promise<CleanPicture | null> {
  const cleaned = before.then(() => clean(bytes, wanted, most));
  before = cleaned.catch(() => undefined);
  return cleaned;
}

export type PictureType = "image/jpeg" | "image/png" | "image/webp" | "image/gif";

async function clean(
  bytes: Uint8Array,
  wanted: readonly PictureType[],
  most: number,
): Promise<CleanPicture | null> {
  const is = sniff(bytes).type;
  const target = wanted.find((type) => type === is) ?? wanted[0];
  if (target === undefined) return null;
  const usual = await written(bytes, target, longestSide);
  if (usual === null || usual.length <= most) return fitting(usual, most);
  return fitting(await written(bytes, "image/jpeg", smallerSide), most);
}

function fitting(bytes: Buffer | null, most: number): CleanPicture | null {
  return bytes === null || bytes.length > most ? null : { bytes, type: sniff(bytes) };
}

/** Null when it can't be read: somebody else's fault, and its message could quote the file. */
async function written(bytes: Uint8Array, type: PictureType, side: number): Promise<Buffer | null> {
  try {
    const { default: sharp } = await import("sharp");
    sharp.cache(false);
    const animated = type === "image/gif" || type === "image/webp";
    // What has to be kept is asked for; metadata is not.
    const picture = sharp(bytes, { animated, limitInputPixels: mostPoints, failOn: "error" })
      .autoOrient()
      .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true });
    if (type === "image/png") return await picture.png().toBuffer();
    if (type === "image/webp") return await picture.webp({ quality: 90 }).toBuffer();
    if (type === "image/gif") return await picture.gif().toBuffer();
    return await picture.flatten({ background: "#ffffff" }).jpeg({ quality: 88 }).toBuffer();
  } catch {
    return null;
  }
}
