/** With programs that stand in for ffmpeg, and with ffmpeg itself where it is installed. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collected } from "../../media/stream.ts";
import { findVoiceConverter, VoiceNotConverted } from "../../media/voice.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "voice-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that says that it is there, and does this with a sound. */
function program(name: string, does: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nif [ "$1" = "-version" ]; then exit 0; fi\n${does}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function* sound(bytes = "OggS and what was said"): AsyncIterable<Uint8Array> {
  yield Buffer.from(bytes);
}

test("what the program gives is what is sent on", async () => {
  const convert = await findVoiceConverter(program("upper", "tr a-z A-Z"));
  if (!convert) expect.fail("the program is there");
  expect((await collected(convert(sound()), 1000)).toString()).toBe("OGGS AND WHAT WAS SAID");
});

test("a large sound goes through piece by piece", async () => {
  const convert = await findVoiceConverter(program("copy", "cat"));
  if (!convert) expect.fail("the program is there");
  async function* long(): AsyncIterable<Uint8Array> {
    for (let n = 0; n < 200; n += 1) yield Buffer.alloc(10_000, n);
  }
  expect((await collected(convert(long()), 2_000_000)).length).toBe(2_000_000);
});

test.each([
  ["fails", "exit 1"],
  ["fails after it began", "echo half; exit 3"],
])("a program that %s is no conversion", async (_, does) => {
  const convert = await findVoiceConverter(program("fails", does));
  if (!convert) expect.fail("the program is there");
  await expect(collected(convert(sound()), 1000)).rejects.toThrow(VoiceNotConverted);
});

test("a program that hangs is ended", async () => {
  const convert = await findVoiceConverter(program("hangs", "exec sleep 60"), 100);
  if (!convert) expect.fail("the program is there");
  await expect(collected(convert(sound()), 1000)).rejects.toThrow(VoiceNotConverted);
});

test("what breaks at its source is told as that", async () => {
  const convert = await findVoiceConverter(program("copies", "cat"));
  if (!convert) expect.fail("the program is there");
  async function* breaks(): AsyncIterable<Uint8Array> {
    yield Buffer.from("OggS");
    throw new RangeError("the source broke");
  }
  await expect(collected(convert(breaks()), 1000)).rejects.toThrow(RangeError);
});

test("no secret of ours stands in the program's surroundings", async () => {
  process.env.PEERLINE_TEST_SECRET = "a secret";
  const convert = await findVoiceConverter(program("tells", "cat > /dev/null; env"));
  if (!convert) expect.fail("the program is there");
  expect((await collected(convert(sound()), 10_000)).toString()).not.toContain("a secret");
  delete process.env.PEERLINE_TEST_SECRET;
});

test("where there is no program, there is no converter", async () => {
  expect(await findVoiceConverter(join(folder, "nowhere"))).toBeNull();
});
