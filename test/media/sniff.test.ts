import { expect, test } from "vitest";
import { sniff } from "../../media/sniff.ts";

test.each([
  ["\xff\xd8\xff\xe1", "image/jpeg"],
  ["\x89PNG\r\n\x1a\n", "image/png"],
  ["GIF89a", "image/gif"],
  ["RIFF\x24\0\0\0WEBPVP8 ", "image/webp"],
  ["RIFF\x24\0\0\0WAVEfmt ", "audio/wav"],
  ["\0\0\0\x18ftypmp42", "video/mp4"],
  ["\0\0\0\x14ftypqt  ", "video/quicktime"],
  ["\0\0\0\x18ftypM4A ", "audio/mp4"],
  ["\0\0\0\x18ftypheic", "image/heif"],
  ["OggS\0\x02", "audio/ogg"],
  ["ID3\x04", "audio/mpeg"],
  ["\xff\xfb\x90", "audio/mpeg"],
  ["\xff\xf1\x50", "audio/aac"],
  ["\x1a\x45\xdf\xa3", "video/webm"],
  ["%PDF-1.7", "application/pdf"],
  ["PK\x03\x04", "application/zip"],
  ["<html>", "application/octet-stream"],
  ["", "application/octet-stream"],
])("%j is %s", (head, type) => {
  expect(sniff(Buffer.from(head, "latin1")).type).toBe(type);
});
