/** What a file is, by its first bytes: neither its name nor its sender is believed. */

export type Family = "picture" | "movie" | "sound" | "other";

export interface FileType {
  family: Family;
  /** The MIME type. */
  type: string;
  extension: string;
}

/** So many bytes tell every type that we know. */
export const enoughToSniff = 64;

const types = {
  jpeg: { family: "picture", type: "image/jpeg", extension: "jpg" },
  png: { family: "picture", type: "image/png", extension: "png" },
  gif: { family: "picture", type: "image/gif", extension: "gif" },
  webp: { family: "picture", type: "image/webp", extension: "webp" },
  heif: { family: "picture", type: "image/heif", extension: "heic" },
  mp4: { family: "movie", type: "video/mp4", extension: "mp4" },
  quicktime: { family: "movie", type: "video/quicktime", extension: "mov" },
  webm: { family: "movie", type: "video/webm", extension: "webm" },
  m4a: { family: "sound", type: "audio/mp4", extension: "m4a" },
  ogg: { family: "sound", type: "audio/ogg", extension: "ogg" },
  mp3: { family: "sound", type: "audio/mpeg", extension: "mp3" },
  aac: { family: "sound", type: "audio/aac", extension: "aac" },
  wav: { family: "sound", type: "audio/wav", extension: "wav" },
  flac: { family: "sound", type: "audio/flac", extension: "flac" },
  amr: { family: "sound", type: "audio/amr", extension: "amr" },
  pdf: { family: "other", type: "application/pdf", extension: "pdf" },
  zip: { family: "other", type: "application/zip", extension: "zip" },
  /** Animated stickers of Telegram are packed so. */
  gzip: { family: "other", type: "application/gzip", extension: "tgs" },
  unknown: { family: "other", type: "application/octet-stream", extension: "bin" },
} as const satisfies Record<string, FileType>;

const beginnings: readonly (readonly [string, keyof typeof types])[] = [
  ["\xff\xd8\xff", "jpeg"],
  ["\x89PNG\r\n\x1a\n", "png"],
  ["GIF8", "gif"],
  ["\x1a\x45\xdf\xa3", "webm"],
  ["OggS", "ogg"],
  ["ID3", "mp3"],
  ["fLaC", "flac"],
  ["#!AMR", "amr"],
  ["%PDF-", "pdf"],
  ["PK\x03\x04", "zip"],
  ["\x1f\x8b", "gzip"],
];

export function sniff(head: Uint8Array): FileType {
  return types[nameOf(Buffer.from(head).toString("latin1"))];
}

function nameOf(head: string): keyof typeof types {
  const known = beginnings.find(([beginning]) => head.startsWith(beginning));
  if (known) return known[1];
  if (head.startsWith("RIFF")) {
    const form = head.slice(8, 12);
    return form === "WEBP" ? "webp" : form === "WAVE" ? "wav" : "unknown";
  }
  if (head.slice(4, 8) === "ftyp") return brandOf(head.slice(8, 12));
  return soundFrame(head.charCodeAt(0), head.charCodeAt(1)) ?? "unknown";
}

/** The family of containers that films, sounds and phones' pictures share tells itself by its brand. */
function brandOf(brand: string): keyof typeof types {
  if (brand === "qt  ") return "quicktime";
  if (brand === "M4A " || brand === "M4B ") return "m4a";
  return /^(hei[cxms]|hev[cxms]|mif1|msf1|avi[fs])$/.test(brand) ? "heif" : "mp4";
}

/** Sounds without a container begin with the bits of their first frame. */
function soundFrame(first: number, second: number): keyof typeof types | null {
  if (first !== 0xff) return null;
  if ((second & 0xf6) === 0xf0) return "aac";
  return (second & 0xe0) === 0xe0 && (second & 0x06) !== 0 ? "mp3" : null;
}
