import type { MessengerMessage } from "./message.ts";
import type { SimulatedMessenger } from "./messenger.ts";
import { MessengerPerson, type PersonOptions } from "./person.ts";
import { MessengerProfile } from "./profile.ts";

export interface PageOptions {
  id?: string;
  name: string;
  /** The name in `https://m.me/<username>`. */
  username?: string;
  /** The page's access token; made up when left out. */
  token?: string;
  /** The webhook fields that the app is subscribed to; all by default, null when it is not subscribed. */
  subscribedFields?: readonly string[] | null;
  /** The Human Agent feature was approved. */
  humanAgent?: boolean;
}

/** All fields that the simulator has events for. */
export const webhookFields = [
  "messages",
  "messaging_postbacks",
  "messaging_referrals",
  "message_echoes",
  "message_edits",
  "message_reactions",
  "message_deliveries",
  "message_reads",
] as const;

/** The app id under which Meta's own Page inbox writes. */
const pageInbox = 263_902_037_430_900;

interface Happening {
  field: string;
  person: MessengerPerson;
  at: Date;
  what: Record<string, unknown>;
  /** From the page to the person: an echo. */
  outward?: boolean;
  onTaken?: () => void;
}

/** A Facebook page with its conversations, and what its owner sees and does. */
export class MessengerPage {
  readonly messenger: SimulatedMessenger;
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly profile = new MessengerProfile();
  humanAgent: boolean;
  /** Null: the token was revoked and there is no new one yet. */
  token: string | null;
  /** Null: the app is not subscribed to this page, nothing is delivered. */
  subscribedFields: ReadonlySet<string> | null;
  readonly #people = new Map<string, MessengerPerson>();
  #lastMoment = 0;
  #made = 0;

  constructor(messenger: SimulatedMessenger, id: string, options: PageOptions) {
    this.messenger = messenger;
    this.id = id;
    this.name = options.name;
    this.username = options.username ?? id;
    this.token = options.token ?? `EAAG-SIMULATED-${id}-token`;
    this.humanAgent = options.humanAgent ?? false;
    const fields = options.subscribedFields === undefined ? webhookFields : options.subscribedFields;
    this.subscribedFields = fields === null ? null : new Set(fields);
  }

  get people(): MessengerPerson[] {
    return [...this.#people.values()];
  }

  createPerson(options: PersonOptions): MessengerPerson {
    const person = new MessengerPerson(this, String(this.messenger.nextPersonId()), options);
    this.#people.set(person.id, person);
    this.messenger.changes.announce();
    return person;
  }

  person(id: string): MessengerPerson | undefined {
    return this.#people.get(id);
  }

  /** The link that opens a conversation with this page. */
  link(ref?: string): string {
    return `https://m.me/${this.username}${ref === undefined ? "" : `?ref=${encodeURIComponent(ref)}`}`;
  }

  /** Somebody who works at the page answers in Meta's own inbox, past the app. */
  staffWrites(person: MessengerPerson, text: string): MessengerMessage {
    const message = person.post({ author: "page_staff", text });
    this.tellEcho(message, pageInbox);
    return message;
  }

  /** From now on the token is refused. A new one can be given at once, or later by setting `token`. */
  revokeToken(next: string | null = null): void {
    if (this.token !== null) this.messenger.revokedTokens.add(this.token);
    this.token = next;
  }

  /** Tells the app what the page itself sent: the app's own messages, and those of page staff. */
  tellEcho(message: MessengerMessage, app: number): void {
    const { id, text, metadata, person, date, attachment, file } = message;
    const url = file === null ? null : this.messenger.files.add(file);
    const echo = {
      is_echo: true,
      app_id: app,
      mid: id,
      ...(text === "" ? {} : { text }),
      ...(url === null ? {} : { attachments: [{ type: attachment, payload: { url } }] }),
      ...(metadata === null ? {} : { metadata }),
    };
    this.tell({ field: "message_echoes", person, at: date, what: { message: echo }, outward: true });
  }

  /** Hands something to the webhook, when the app is subscribed to it. */
  tell({ field, person, at, what, outward = false, onTaken = () => {} }: Happening): void {
    if (this.subscribedFields?.has(field) !== true) return;
    const json = {
      sender: { id: outward ? this.id : person.id },
      recipient: { id: outward ? person.id : this.id },
      timestamp: at.getTime(),
      ...what,
    };
    const { changes, webhook } = this.messenger;
    webhook?.add({
      page: this.id,
      json,
      onTaken: () => {
        onTaken();
        changes.announce();
      },
    });
  }

  nextMessageId(): string {
    this.#made += 1;
    return `m_${Buffer.from(`${this.id}:${this.#made}`).toString("base64url")}-simulated`;
  }

  /** The time now; no two things on a page happen in the same millisecond. */
  nextMoment(): Date {
    this.#lastMoment = Math.max(this.messenger.clock.now().getTime(), this.#lastMoment + 1);
    return new Date(this.#lastMoment);
  }
}
