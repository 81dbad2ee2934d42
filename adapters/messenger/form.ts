/** A multipart form with one file, made while it is sent. */
import { randomBytes } from "node:crypto";
import type { OutboundFile } from "../channel.ts";

export interface Form {
  contentType: string;
  /** Bytes in all; null when the file's size is only known at its end. */
  length: number | null;
  body: AsyncIterable<Uint8Array>;
}

/** @param fields those that are not text go as JSON */
export function formOf(fields: Readonly<Record<string, unknown>>, file: OutboundFile): Form {
  const boundary = `peerline-${randomBytes(16).toString("hex")}`;
  const parts = Object.entries(fields).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
  });
  const start = Buffer.from(
    `${parts.join("")}--${boundary}\r\n` +
      `Content-Disposition: form-data; name="filedata"; filename="${file.name}"\r\n` +
      `Content-Type: ${file.type}\r\n\r\n`,
  );
  const end = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* body(): AsyncIterable<Uint8Array> {
    yield start;
    yield* file.bytes;
    yield end;
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: file.size === null ? null : start.length + file.size + end.length,
    body: body(),
  };
}
