import type { SimulatedMessenger } from "./messenger/messenger.ts";
import type { MessengerPage } from "./messenger/page.ts";
import type { MessengerPerson } from "./messenger/person.ts";
import type { SimulatedBot } from "./telegram/bot.ts";
import type { TelegramGroup } from "./telegram/group.ts";
import type { SimulatedTelegram } from "./telegram/telegram.ts";
import type { TelegramUser } from "./telegram/user.ts";

/** First names to give, in this order; afterwards numbers follow. */
const names = {
  messengerMentee: ["Amina", "Henrik", "Leah", "Tobias", "Sara"],
  telegramMentee: ["Jonas", "Thea", "Elias", "Maja", "Filip"],
  supporter: ["Kari", "Mats", "Aisha", "Simen", "Ida"],
  coordinator: ["Ingrid", "Ahmed", "Solveig"],
} as const;

export type Role = keyof typeof names;

/**
 * Everybody that a programme needs to be played: its page, its two bots, its staff group, and people, who can become
 * more. Somebody on Messenger can have Telegram too, and the other way round.
 */
export class Cast {
  readonly telegram: SimulatedTelegram;
  readonly page: MessengerPage;
  readonly publicBot: SimulatedBot;
  readonly teamBot: SimulatedBot;
  readonly staffGroup: TelegramGroup;
  readonly messengerMentees: MessengerPerson[] = [];
  readonly telegramMentees: TelegramUser[] = [];
  readonly supporters: TelegramUser[] = [];
  readonly coordinators: TelegramUser[] = [];
  readonly #onTelegram = new Map<MessengerPerson, TelegramUser>();
  readonly #given = new Map<Role, number>();

  constructor(telegram: SimulatedTelegram, messenger: SimulatedMessenger, programme: string) {
    const username = programme.toLowerCase().replace(/[^a-z0-9]+/g, "_");
    this.telegram = telegram;
    this.page = messenger.createPage({ name: programme, username, humanAgent: true });
    this.publicBot = telegram.createBot({ username: `${username}_bot`, name: programme });
    this.teamBot = telegram.createBot({ username: `${username}_team_bot`, name: `${programme} team` });
    const first = this.addCoordinator();
    this.staffGroup = telegram.createGroup({
      title: `${programme} coordinators`,
      members: [first, this.teamBot],
    });
    this.addMessengerMentee();
    this.addTelegramMentee();
    this.addSupporter();
  }

  addMessengerMentee(firstName = this.#name("messengerMentee")): MessengerPerson {
    const person = this.page.createPerson({ firstName });
    this.messengerMentees.push(person);
    return person;
  }

  addTelegramMentee(firstName = this.#name("telegramMentee")): TelegramUser {
    const user = this.telegram.createUser({ firstName, languageCode: "en" });
    this.telegramMentees.push(user);
    return user;
  }

  addSupporter(): TelegramUser {
    const user = this.telegram.createUser({ firstName: this.#name("supporter"), languageCode: "en" });
    this.supporters.push(user);
    return user;
  }

  /** A coordinator is who is in the staff group. */
  addCoordinator(): TelegramUser {
    const user = this.telegram.createUser({ firstName: this.#name("coordinator"), languageCode: "en" });
    this.coordinators.push(user);
    if (this.coordinators.length > 1) this.staffGroup.add(user);
    return user;
  }

  /** The Telegram account of somebody on Messenger; they get one when they need it. */
  onTelegram(person: MessengerPerson): TelegramUser {
    const user = this.#onTelegram.get(person) ?? this.addTelegramMentee(person.firstName);
    this.#onTelegram.set(person, user);
    return user;
  }

  /** The Messenger account of somebody on Telegram; they get one when they need it. */
  onMessenger(user: TelegramUser): MessengerPerson {
    for (const [person, same] of this.#onTelegram) if (same === user) return person;
    const person = this.addMessengerMentee(user.firstName);
    this.#onTelegram.set(person, user);
    return person;
  }

  #name(role: Role): string {
    const given = this.#given.get(role) ?? 0;
    this.#given.set(role, given + 1);
    const list = names[role];
    const name = list[given % list.length] ?? list[0];
    return given < list.length ? name : `${name} ${Math.floor(given / list.length) + 1}`;
  }
}
