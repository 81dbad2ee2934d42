/** From an address to the ids that everything else uses, and back to none: an id can't be turned into an address. */
import type { Address, ChannelName } from "../adapters/channel.ts";
import type { PersonId, SiteId, ThreadId } from "../flows/party.ts";
import type { ChatId } from "../models/messages.ts";
import type { BlindIndex } from "../models/seal.ts";

export class Identity {
  readonly #blind: BlindIndex;

  constructor(blind: BlindIndex) {
    this.#blind = blind;
  }

  /** Whom an update belongs to: a mentee's thread, or a person of the team. */
  subject(channel: ChannelName, by: Address): ThreadId | PersonId {
    return channel === "telegram:team" ? this.person(by) : `t${this.#of(by)}`;
  }

  person(by: Address): PersonId {
    return `p${this.#of(by)}`;
  }

  /** The key under which an update is known, so that its repeat is recognised. */
  updateKey(key: string): string {
    return this.#blind.of("update", key);
  }

  #of(address: Address): string {
    return this.#blind.of("subject", address);
  }
}

/** The private chat of a thread's mentee or of a person. */
export function chatOf(id: ThreadId | PersonId): ChatId {
  return `c${id.slice(1)}`;
}

/** The staff group of a site; its address can change, the id does not. */
export function staffChat(site: SiteId): ChatId {
  return `cstaff-${site.slice(1)}`;
}

/** The site whose staff group a chat is; null when it is another chat. */
export function siteOfStaffChat(chat: ChatId): string | null {
  return chat.startsWith("cstaff-") ? chat.slice("cstaff-".length) : null;
}
