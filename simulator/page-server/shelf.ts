import type { SampleFile } from "../samples.ts";

/** Files that stand in chats, each under an address of the page. */
export class Shelf {
  readonly #addresses = new WeakMap<SampleFile, string>();
  readonly #files: SampleFile[] = [];

  /** Where the page finds a file. */
  addressOf(file: SampleFile): string {
    const known = this.#addresses.get(file);
    if (known !== undefined) return known;
    const address = `/sent/${this.#files.push(file)}`;
    this.#addresses.set(file, address);
    return address;
  }

  at(number: string): SampleFile | undefined {
    return this.#files[Number(number) - 1];
  }
}
