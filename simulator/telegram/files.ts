import type { SampleFile } from "../samples.ts";
import type { SimulatedBot } from "./bot.ts";
import { telegramRefusal } from "./refusals.ts";

/** The largest file that a bot can fetch. */
const largestFetched = 20 * 1024 * 1024;
/** How long a file's address is good for. */
const goodFor = 3_600_000;

export interface TelegramFile extends SampleFile {
  /** What one bot calls it: no other bot can use the name. */
  id: string;
  bot: SimulatedBot;
}

/** Files as each bot knows them, and the addresses under which they can be fetched for an hour. */
export class TelegramFiles {
  readonly #files = new Map<string, TelegramFile>();
  readonly #addresses = new Map<string, { file: TelegramFile; until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(bot: SimulatedBot, file: SampleFile): TelegramFile {
    const known: TelegramFile = { ...file, id: `AQAD${bot.id}-${this.#files.size + 1}`, bot };
    this.#files.set(known.id, known);
    return known;
  }

  find(bot: SimulatedBot, id: string): TelegramFile {
    const file = this.#files.get(id);
    if (file?.bot !== bot) throw telegramRefusal.wrongFile();
    return file;
  }

  /** `getFile`: makes an address for a file. */
  address(bot: SimulatedBot, id: string): object {
    const file = this.find(bot, id);
    if (file.bytes.length > largestFetched) throw telegramRefusal.fileTooBig();
    const path = `documents/file_${this.#addresses.size + 1}`;
    this.#addresses.set(path, { file, until: this.#now() + goodFor });
    return { file_id: id, file_unique_id: `U${id}`, file_size: file.bytes.length, file_path: path };
  }

  /** The file at an address, for the bot that asked for it. */
  fetch(bot: SimulatedBot, path: string): Buffer {
    const address = this.#addresses.get(path);
    if (address?.file.bot !== bot || address.until < this.#now()) throw telegramRefusal.notFound();
    return address.file.bytes;
  }

  /** Forgets all files, as Telegram does with those that nobody can reach any more. */
  forgetAll(): void {
    this.#files.clear();
    this.#addresses.clear();
  }
}
