import type { ServerResponse } from "node:http";
import type { SampleFile } from "../samples.ts";

/** How long the address of a file is good for. */
const goodFor = 7 * 24 * 3_600_000;

/** Files that people and pages sent, under signed addresses that run out. */
export class MessengerFiles {
  /** Where they are fetched; set when the simulator listens. */
  root = "https://scontent.xx.fbcdn.net";
  readonly #files = new Map<string, { file: SampleFile; until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The address of a new file. */
  add(file: SampleFile): string {
    const id = String(this.#files.size + 1);
    this.#files.set(id, { file, until: this.#now() + goodFor });
    return `${this.root}/${id}?oh=simulated-signature&oe=1`;
  }

  /** Answers a request for `/<id>`. */
  serve(path: string, response: ServerResponse): void {
    const found = this.#files.get(path.slice(1));
    if (found === undefined || found.until < this.#now()) {
      response.writeHead(403).end("URL signature expired");
      return;
    }
    const { bytes, type } = found.file;
    response.writeHead(200, { "content-type": type, "content-length": bytes.length }).end(bytes);
  }

  /** All addresses have run out. */
  forgetAll(): void {
    this.#files.clear();
  }
}
