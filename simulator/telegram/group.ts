import type { SimulatedBot } from "./bot.ts";
import { TelegramChat } from "./chat.ts";
import { seconds } from "./message.ts";
import type { SimulatedTelegram } from "./telegram.ts";
import type { TelegramUser } from "./user.ts";

export type MemberStatus = "creator" | "administrator" | "member" | "left" | "kicked";

type Participant = TelegramUser | SimulatedBot;

interface Member {
  readonly who: Participant;
  status: MemberStatus;
}

const present: readonly MemberStatus[] = ["creator", "administrator", "member"];

/** A group. Its object stays the same when it becomes a supergroup; its id does not. */
export class TelegramGroup extends TelegramChat {
  readonly title: string;
  readonly members = new Map<number, Member>();
  #id: number;
  #previousId: number | null = null;
  #supergroup: boolean;
  #lastMessageId = 0;
  #unannounced: (() => void) | null = null;

  constructor(telegram: SimulatedTelegram, id: number, title: string, supergroup: boolean) {
    super(telegram);
    this.#id = id;
    this.title = title;
    this.#supergroup = supergroup;
  }

  get id(): number {
    return this.#id;
  }

  /** The id before it became a supergroup. */
  get previousId(): number | null {
    return this.#previousId;
  }

  get kind(): "group" | "supergroup" {
    return this.#supergroup ? "supergroup" : "group";
  }

  override asGroup(): TelegramGroup {
    return this;
  }

  get bots(): SimulatedBot[] {
    return this.present.filter((who): who is SimulatedBot => who.isBot);
  }

  /** Who is in the group now. */
  get present(): Participant[] {
    return [...this.members.values()].filter(({ status }) => present.includes(status)).map(({ who }) => who);
  }

  statusOf(who: Participant): MemberStatus {
    return this.members.get(who.id)?.status ?? "left";
  }

  isMember(who: Participant): boolean {
    return present.includes(this.statusOf(who));
  }

  isAdministrator(who: Participant): boolean {
    const status = this.statusOf(who);
    return status === "creator" || status === "administrator";
  }

  /** Adds somebody; a bot learns of itself by `my_chat_member`, all bots by a service message. */
  add(who: Participant, by: Participant = this.#owner()): void {
    this.#change(who, "member", by);
    this.#say(by, `${by.shownName} added ${who.shownName}`, {
      new_chat_participant: who.json(),
      new_chat_member: who.json(),
      new_chat_members: [who.json()],
    });
  }

  /** Takes somebody out, for good (`kicked`) unless they leave by themselves. */
  remove(who: Participant, by: Participant = this.#owner()): void {
    const left = who === by;
    const notice = left ? `${who.shownName} left the group` : `${by.shownName} removed ${who.shownName}`;
    this.#say(by, notice, { left_chat_participant: who.json(), left_chat_member: who.json() });
    this.#change(who, left ? "left" : "kicked", by);
  }

  leave(who: Participant): void {
    this.remove(who, who);
  }

  /** Makes somebody an administrator. */
  promote(who: Participant, by: Participant = this.#owner()): void {
    this.#change(who, "administrator", by);
  }

  demote(who: Participant, by: Participant = this.#owner()): void {
    this.#change(who, "member", by);
  }

  /**
   * The group becomes a supergroup: another id, other message ids. Its bots are told by two service messages, or,
   * with `announce: false`, only when `announceMigration` is called: an error can be the first that they see of it.
   */
  migrate(options: { announce?: boolean } = {}): void {
    if (this.#supergroup) throw new Error(`"${this.title}" is a supergroup already.`);
    const before = this.#id;
    const old = this.json();
    const id = this.nextMessageId();
    this.#previousId = before;
    this.#supergroup = true;
    this.#lastMessageId = 0;
    this.#id = this.telegram.moveGroup(this);
    this.#unannounced = () => {
      const from = this.#owner();
      const date = seconds(this.telegram.clock.now());
      const told = { message_id: id, from: from.json(), chat: old, date, migrate_to_chat_id: this.#id };
      for (const bot of this.bots) bot.receive("message", told, `message ${before}`);
      this.#say(from, "The group is a supergroup now", { migrate_from_chat_id: before });
    };
    if (options.announce ?? true) this.announceMigration();
  }

  /** Sends the service messages that `migrate({ announce: false })` kept back. */
  announceMigration(): void {
    this.#unannounced?.();
    this.#unannounced = null;
  }

  json(): Record<string, unknown> {
    return { id: this.id, title: this.title, type: this.kind };
  }

  /** The Bot API's `ChatMember`. */
  memberJson(who: Participant, status = this.statusOf(who)): Record<string, unknown> {
    const rights = {
      can_be_edited: false,
      is_anonymous: false,
      can_manage_chat: true,
      can_delete_messages: true,
      can_restrict_members: true,
      can_promote_members: false,
      can_change_info: true,
      can_invite_users: true,
      can_pin_messages: true,
      can_manage_video_chats: true,
    };
    const more = {
      creator: { is_anonymous: false },
      administrator: rights,
      member: {},
      left: {},
      kicked: { until_date: 0 },
    };
    return { user: who.json(), status, ...more[status] };
  }

  /** The first members, before anybody is told anything. The first of them owns the group. */
  found(members: readonly Participant[], administrators: readonly Participant[]): void {
    const [owner] = members;
    if (owner === undefined || owner.isBot) throw new Error("A group needs a person as its first member.");
    for (const who of members) {
      const status = who === owner ? "creator" : administrators.includes(who) ? "administrator" : "member";
      if (who.isBot) this.#change(who, status, owner);
      else this.members.set(who.id, { who, status });
    }
    this.#say(owner, `${owner.shownName} created the group`, { group_chat_created: true });
  }

  protected nextMessageId(): number {
    this.#lastMessageId += 1;
    return this.#lastMessageId;
  }

  #owner(): Participant {
    const owner = [...this.members.values()].find(({ status }) => status === "creator")?.who;
    if (owner === undefined) throw new Error(`The group "${this.title}" has no owner.`);
    return owner;
  }

  #change(who: Participant, status: MemberStatus, by: Participant): void {
    const before = this.memberJson(who);
    this.members.set(who.id, { who, status });
    const update = {
      chat: this.json(),
      from: by.json(),
      date: seconds(this.telegram.clock.now()),
      old_chat_member: before,
      new_chat_member: this.memberJson(who),
    };
    for (const bot of this.telegram.bots) {
      if (bot === who) bot.receive("my_chat_member", update, `my_chat_member ${this.id}`);
      else if (this.isAdministrator(bot)) bot.receive("chat_member", update, `chat_member ${who.id}`);
    }
    this.telegram.changes.announce();
  }

  #say(by: Participant, notice: string, fields: Record<string, unknown>): void {
    this.post({ sender: by, text: "", entities: [], fields, notice });
  }
}
