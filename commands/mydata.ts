/**
 * `npm run mydata -- "Blue Heron 27" FOLDER --by ingrid`: everything that is stored of a mentee, as a page to read and
 * as JSON, for whoever asks for their own data. That it was opened is noted. Works while the service runs.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { type Config, readEnvironment } from "../bot/config.ts";
import { createHelplineWords } from "../bot/helplines.ts";
import { encryptionKeys } from "../bot/keys.ts";
import { myDataOf, readMyData, siteOf } from "../bot/my-data.ts";
import { myDataPage } from "../bot/my-data-page.ts";
import { createPhrase } from "../bot/phrase.ts";
import { type CaseId, isThread } from "../flows/party.ts";
import { loadTexts } from "../locales/texts.ts";
import { openDatabase } from "../models/database.ts";
import { runningAddress } from "../models/embedded/server.ts";

const usage = `npm run mydata -- "NICKNAME" FOLDER --by NAME
  the nickname as the coordinators know it; --by says who opened it, for the list of who opened what`;

type Settings = Pick<Config, "mongodbUri" | "dataDirectory" | "encryptionKeys" | "programme">;

/** Writes the files, and says what to do with them. */
export async function writeMyData(
  words: readonly string[],
  settings: () => Settings,
  now: Date,
): Promise<{ ok: boolean; text: string }> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { by: { type: "string" } },
  });
  const [handle, folder] = positionals;
  const by = values.by?.trim();
  if (!handle || !folder || !by || by.length > 40) return { ok: false, text: usage };
  const { mongodbUri, dataDirectory, encryptionKeys: configured, programme } = settings();
  const database = await openDatabase({
    uri: mongodbUri ?? runningAddress(dataDirectory),
    directory: dataDirectory,
    keys: encryptionKeys(configured, dataDirectory),
  });
  try {
    const thread = await database.subjects.byHandle(handle);
    const stored = thread && isThread(thread) ? await readMyData(database, thread) : null;
    if (!stored) return { ok: false, text: `Nobody is known as ${handle}.` };
    const last: CaseId = `${stored.state.id}.${stored.state.cases}`;
    const cases = new Set([last, ...stored.words.map(({ document }) => document.case as CaseId)]);
    // Noted before anything of it can be read.
    await database.views.note(
      [...cases].map((id) => ({
        _id: `mydata/${id}/${now.getTime()}`,
        case: id,
        by,
        at: now,
        why: "my data",
      })),
    );
    const phrase = createPhrase(loadTexts(programme.languages), createHelplineWords());
    const data = myDataOf(stored, programme, now, phrase);
    const { language, script, age } = stored.state;
    const page = myDataPage(data, phrase, {
      language,
      script,
      site: siteOf(stored.state, programme),
      now,
      age,
    });
    const name = join(resolve(folder), handle.replaceAll(" ", "-"));
    mkdirSync(resolve(folder), { recursive: true, mode: 0o700 });
    writeFileSync(`${name}.json`, `${JSON.stringify(data, null, 2)}\n`, { flag: "wx", mode: 0o600 });
    writeFileSync(`${name}.html`, page, { flag: "wx", mode: 0o600 });
    return { ok: true, text: handedOver(name) };
  } finally {
    await database.close();
  }
}

function handedOver(name: string): string {
  return [
    `${name}.html and ${name}.json hold everything that is stored of this person.`,
    "Before you hand them over: be sure that it is this person who asks, in the chat itself or by a way you know.",
    "Read the reasons that supporters and coordinators gave: what would harm somebody else may have to be left out.",
    "Then delete both files.",
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const told = await writeMyData(process.argv.slice(2), readEnvironment, new Date()).catch(
    (error: unknown) => ({
      ok: false,
      text: error instanceof Error ? error.message : "an unknown failure",
    }),
  );
  (told.ok ? console.log : console.error)(told.text);
  process.exitCode = told.ok ? 0 : 1;
}
