/** Voice messages in a form that other apps play, with ffmpeg where it is installed. */
import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import type { Bytes } from "./stream.ts";

/** Turns a sound into AAC, as it streams through. */
export type ConvertVoice = (bytes: Bytes) => Bytes;

/** The conversion failed, or took too long. */
export class VoiceNotConverted extends Error {
  override readonly name = "VoiceNotConverted";
}

/** Nothing of our own surroundings, where secrets stand, is handed to the program. */
const surroundings = { PATH: "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin" };

const toAac = ["-vn", "-map_metadata", "-1", "-c:a", "aac", "-b:a", "64k", "-ac", "1", "-f", "adts"];
const options = ["-hide_banner", "-loglevel", "quiet", "-i", "pipe:0", ...toAac, "pipe:1"];

/**
 * @param program ffmpeg, wherever it is
 * @param patience milliseconds for one voice message
 * @returns null where it is not installed
 */
export async function findVoiceConverter(
  program = "ffmpeg",
  patience = 60_000,
): Promise<ConvertVoice | null> {
  const there = await new Promise<boolean>((resolve) => {
    const asked = spawn(program, ["-version"], { env: surroundings, stdio: "ignore", timeout: 10_000 });
    asked.once("error", () => resolve(false));
    asked.once("exit", (code) => resolve(code === 0));
  });
  return there ? (bytes) => convert(program, bytes, patience) : null;
}

async function* convert(program: string, bytes: Bytes, patience: number): Bytes {
  const child = spawn(program, options, {
    env: surroundings,
    stdio: ["pipe", "pipe", "ignore"],
    timeout: patience,
    killSignal: "SIGKILL",
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", (code) => resolve(code));
  });
  let broken: unknown = null;
  const fed = Readable.from(bytes, { objectMode: false });
  fed.once("error", (error) => {
    broken = error;
    child.kill("SIGKILL");
  });
  // The program may stop reading before the end; its exit code tells whether that was a fault.
  child.stdin.on("error", () => fed.destroy());
  fed.pipe(child.stdin);
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    const code = await ended;
    if (broken !== null) throw broken;
    if (code !== 0) throw new VoiceNotConverted("the program failed");
  } finally {
    fed.destroy();
    child.kill("SIGKILL");
  }
}
