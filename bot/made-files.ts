/**
 * Files that this service makes itself: somebody's own data, and the register. They are made when they are sent and
 * stored nowhere; a message holds only which one it is.
 */
import type { FileRef } from "../adapters/content.ts";
import type { MadeFile } from "../flows/effect.ts";
import type { ThreadId } from "../flows/party.ts";
import type { Database } from "../models/database.ts";
import type { Programme } from "../programmes/programme.ts";
import type { Clock } from "./clock.ts";
import { myDataOf, readMyData, siteOf } from "./my-data.ts";
import { myDataPage } from "./my-data-page.ts";
import type { Phrase } from "./phrase.ts";
import { monthOf, registerOf } from "./register.ts";

/** What such a file is, as it is sent. */
export interface FileOfOurs {
  type: string;
  name: string;
  bytes: Buffer;
}

/** Null when there is nothing any more that it could be made of. */
export type MakeFile = (id: string) => Promise<FileOfOurs | null>;

interface MakerParts {
  database: Database;
  programme: Programme;
  phrase: Phrase;
  clock: Clock;
}

export function refOf(made: MadeFile): FileRef {
  const id =
    made.file === "my_data" ? `my_data/${made.thread}/${made.as}` : `register/${made.site}/${made.month}`;
  return { channel: "service", id };
}

export function fileMaker(parts: MakerParts): MakeFile {
  return async (id) => {
    const [file, of = "", which = ""] = id.split("/");
    if (file === "my_data" && (which === "html" || which === "json")) {
      return myData(parts, of as ThreadId, which);
    }
    return file === "register" ? register(parts, of, which) : null;
  };
}

async function myData(
  { database, programme, phrase, clock }: MakerParts,
  thread: ThreadId,
  as: "html" | "json",
): Promise<FileOfOurs | null> {
  const stored = await readMyData(database, thread);
  if (!stored) return null;
  const now = clock.now();
  const data = myDataOf(stored, programme, now, phrase);
  const { language, script, age } = stored.state;
  const reading = { language, script, site: siteOf(stored.state, programme), now, age };
  const text = as === "html" ? myDataPage(data, phrase, reading) : `${JSON.stringify(data, null, 2)}\n`;
  const type = as === "html" ? "text/html" : "application/json";
  return { type, name: `my-data.${as}`, bytes: Buffer.from(text) };
}

async function register(
  { database, programme }: MakerParts,
  site: string,
  text: string,
): Promise<FileOfOurs | null> {
  const month = monthOf(text);
  const zone = programme.sites.find(({ id }) => id === site)?.zone;
  if (!month || zone === undefined) return null;
  const records = await database.records.between(site, month.from, month.to);
  const csv = registerOf(programme.register, [{ records, zone }]);
  return { type: "text/csv", name: `register-${text}.csv`, bytes: Buffer.from(csv) };
}
