/** Webhooks as a platform sends them, one file a situation, each with what it must mean to us. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ChannelAdapter, InboundEvent, ReceivedUpdate, WebhookRequest } from "../../adapters/channel.ts";

/** A file of a `recorded` folder. The ids, names and words in it are invented, the shapes are the platform's. */
export interface Recorded {
  body: unknown;
  updates: (Pick<ReceivedUpdate, "key" | "by" | "at" | "place"> & { events: InboundEvent[] })[];
  ignored: number;
  /** What stands in the body and is not ours to keep: names, other people's words. */
  neverStored?: string[];
}

/**
 * Delivers each file of a folder to an adapter, and compares what it takes and what that means with what the file says.
 *
 * @param open a new adapter for each file, and its platform's signature for a body
 */
export function testRecorded<File extends Recorded>(
  folder: string,
  open: (file: File) => Promise<{ adapter: ChannelAdapter; signed: (body: Buffer) => WebhookRequest }>,
): void {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  test.each(names)("%s", async (name) => {
    const file: File = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    const { adapter, signed } = await open(file);
    const body = JSON.stringify(file.body);
    const { status, updates, ignored } = adapter.receive(signed(Buffer.from(body)));
    expect({ status, ignored }).toEqual({ status: 200, ignored: file.ignored });
    const meant = await Promise.all(
      updates.map(async ({ key, by, at, place, raw }) => {
        const events = await adapter.interpret({ at, raw });
        return { key, by, at, place, events };
      }),
    );
    expect(meant).toEqual(file.updates);
    for (const words of file.neverStored ?? []) {
      expect(body, "a file that names what is not in it tests nothing").toContain(words);
      for (const { raw } of updates) expect(raw).not.toContain(words);
    }
  });
}
