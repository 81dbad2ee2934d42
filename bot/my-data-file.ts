/**
 * A mentee's own data as a file in their own chat. It is made when it is sent and stored nowhere: the message holds
 * only whose it is.
 */
import type { FileRef } from "../adapters/content.ts";
import type { ThreadId } from "../flows/party.ts";
import type { Database } from "../models/database.ts";
import type { Programme } from "../programmes/programme.ts";
import type { Clock } from "./clock.ts";
import { myDataOf, readMyData, siteOf } from "./my-data.ts";
import { myDataPage } from "./my-data-page.ts";
import type { Phrase } from "./phrase.ts";

/** A page to read, or the same for programs. */
export type MyDataForm = "html" | "json";

/** A file that this service makes itself. */
export interface MadeFile {
  type: string;
  name: string;
  bytes: Buffer;
}

export type MakeFile = (id: string) => Promise<MadeFile | null>;

const types: Record<MyDataForm, string> = { html: "text/html", json: "application/json" };

export function myDataRef(thread: ThreadId, form: MyDataForm): FileRef {
  return { channel: "service", id: `${thread}/${form}` };
}

/** @returns what makes the file of such a reference; null when there is nobody any more whose data they are */
export function myDataMaker(parts: {
  database: Database;
  programme: Programme;
  phrase: Phrase;
  clock: Clock;
}): MakeFile {
  const { database, programme, phrase, clock } = parts;
  return async (id) => {
    const [, thread, form] = /^(t[\w-]+)\/(html|json)$/.exec(id) ?? [];
    if (!thread || !form) return null;
    const stored = await readMyData(database, thread as ThreadId);
    if (!stored) return null;
    const now = clock.now();
    const data = myDataOf(stored, programme, now, phrase);
    const { language, script, age } = stored.state;
    const reading = { language, script, site: siteOf(stored.state, programme), now, age };
    const text = form === "html" ? myDataPage(data, phrase, reading) : `${JSON.stringify(data, null, 2)}\n`;
    return { type: types[form as MyDataForm], name: `my-data.${form}`, bytes: Buffer.from(text) };
  };
}
