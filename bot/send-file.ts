/** One part of a message that is a file: sent as it comes, or, where it can't be, the words that stand for it. */
import type { ChannelLimits, OutboundFile, SendFailure, SendOutcome } from "../adapters/channel.ts";
import type { Content, MediaContent } from "../adapters/content.ts";
import { split } from "../adapters/split.ts";
import { isMedia } from "../flows/content.ts";
import type { Text } from "../flows/effect.ts";
import type { WhyFileLost } from "../flows/input.ts";
import type { MessageDocument } from "../models/messages.ts";
import { type Carrier, type Lost, lost, whyLost } from "./carry.ts";

/** One platform message: words, or a file with the words that stand with it. */
export interface Part {
  text: string;
  file: MediaContent | null;
}

/** Cuts what is to be said into what a platform takes at once. */
export function partsOf(text: string, content: Content, limits: ChannelLimits): Part[] {
  const words = split(text, limits.text).map((part): Part => ({ text: part, file: null }));
  if (!isMedia(content) || !content.file) return words;
  const { caption } = limits.media.shows[content.kind];
  if (text.length <= caption) return [{ text, file: content }];
  return [...words, { text: "", file: content }];
}

/** A file that could not be passed on in so many tries is given up: everything behind it waits. */
const mostTries = 6;

export interface FileSending {
  message: MessageDocument;
  part: Part & { file: MediaContent };
  limits: ChannelLimits;
  /** Sends one platform message; null when the reader has changed meanwhile. `aside` is a line beside the part. */
  post: (text: string, file: OutboundFile | null, aside?: true) => Promise<SendOutcome | null>;
}

export class FileSender {
  readonly #carrier: Carrier;
  readonly #says: (message: MessageDocument, text: Text) => Promise<string>;
  readonly #tell: (message: MessageDocument, why: WhyFileLost) => Promise<void>;

  /**
   * @param says words in a reader's language
   * @param tell lets the author know that a file did not arrive; once for each message
   */
  constructor(
    carrier: Carrier,
    says: (message: MessageDocument, text: Text) => Promise<string>,
    tell: (message: MessageDocument, why: WhyFileLost) => Promise<void>,
  ) {
    this.#carrier = carrier;
    this.#says = says;
    this.#tell = tell;
  }

  async send(sending: FileSending): Promise<SendOutcome | null> {
    const { message, part } = sending;
    if (message.attempts >= mostTries) return this.#instead(lost(part.file, "file_gone"), sending);
    const outcome = await this.#try(sending, true);
    return outcome === "unconverted" ? this.#withoutConversion(sending) : outcome;
  }

  /** The sound goes as the file that it is. */
  async #withoutConversion(sending: FileSending): Promise<SendOutcome | null> {
    const outcome = await this.#try(sending, false);
    return outcome === "unconverted"
      ? this.#instead(lost(sending.part.file, "file_refused"), sending)
      : outcome;
  }

  async #try(sending: FileSending, convert: boolean): Promise<SendOutcome | "unconverted" | null> {
    const { message, part, limits, post } = sending;
    const carried = await this.#carrier.prepare(part.file, limits.media, convert);
    if (carried.result === "away") return away(carried.detail);
    if (carried.result === "lost") return this.#instead(carried, sending);
    try {
      const { file } = carried;
      const note = carried.note ? await this.#says(message, carried.note) : null;
      const together = joined(part.text, note);
      const fits = together.length <= limits.media.shows[file.kind].caption;
      if (!fits && note !== null) {
        const noted = await post(note, null, true);
        if (!noted?.sent) return noted;
      }
      const outcome = await post(fits ? together : part.text, file);
      if (outcome === null || outcome.sent) return outcome;
      const broke = carried.broke();
      if (broke === "unconverted") return broke;
      if (broke === "away") return away("a file broke off");
      const why = broke ? whyLost(broke) : whyRefused(outcome);
      return why ? await this.#instead(lost(part.file, why), sending) : outcome;
    } finally {
      carried.close();
    }
  }

  /** The reader gets what words there are, and that something is missing; the author hears why. */
  async #instead({ note, why }: Lost, { message, part, post }: FileSending): Promise<SendOutcome | null> {
    if (why) await this.#tell(message, why);
    return post(joined(part.text, await this.#says(message, note)), null);
  }
}

function joined(text: string, note: string | null): string {
  return [text, note].filter((line) => line !== null && line !== "").join("\n");
}

function away(detail: string): SendFailure {
  return { sent: false, failure: "unreachable", certain: true, detail };
}

/** What the platform's own refusal says of a file; null when it is not the file that was refused. */
function whyRefused({ failure }: SendFailure): WhyFileLost | null {
  if (failure === "too_large") return "file_too_large";
  return failure === "rejected" ? "file_refused" : null;
}
