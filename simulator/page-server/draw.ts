import type { Cast } from "../cast.ts";
import { type Clock, SimulatedClock } from "../clock.ts";
import type { MessengerMessage } from "../messenger/message.ts";
import { type MessengerPerson, messengerAttachments } from "../messenger/person.ts";
import type { SampleFile } from "../samples.ts";
import { attachmentKinds } from "../telegram/attachments.ts";
import type { SimulatedBot } from "../telegram/bot.ts";
import { PrivateChat, type TelegramChat } from "../telegram/chat.ts";
import type { TelegramMessage } from "../telegram/message.ts";
import { findEntities } from "../telegram/text.ts";
import type { TelegramUser } from "../telegram/user.ts";
import { movesOf } from "./moves.ts";
import type { Shelf } from "./shelf.ts";
import type { ButtonView, ChatView, MessageView, PaneView, View } from "./view.ts";
import { dayText, timeText } from "./zone.ts";

/** The page shows the end of long chats. */
const mostShown = 200;
const mostNotes = 3;

/** Draws everything that the page shows now. */
export function draw(cast: Cast, clock: Clock, zone: string, shelf: Shelf): View {
  return {
    clock: {
      now: clock.now().getTime(),
      zone,
      ticking: clock instanceof SimulatedClock && clock.ticking,
      moves: clock instanceof SimulatedClock ? movesOf(clock.now(), zone) : [],
    },
    panes: [messengerPane, telegramPane, teamPane, staffPane].map((pane) => pane(cast, zone, shelf)),
  };
}

function messengerPane(cast: Cast, zone: string, shelf: Shelf): PaneView {
  const people = cast.messengerMentees;
  return {
    id: "messenger",
    look: "messenger",
    title: "Mentee on Messenger",
    people: people.map(({ id, firstName }) => ({ id, name: firstName, role: "mentee" })),
    additions: [{ role: "messengerMentee", label: "Another mentee" }],
    chats: people.map((person) => messengerChat(person, zone, shelf)),
  };
}

function telegramPane(cast: Cast, zone: string, shelf: Shelf): PaneView {
  const people = cast.telegramMentees;
  return {
    id: "telegram",
    look: "telegram",
    title: "Mentee on Telegram",
    people: people.map((user) => personView(user, "mentee")),
    additions: [{ role: "telegramMentee", label: "Another mentee" }],
    chats: people.map((user) => privateChat(user, cast.publicBot, zone, shelf)),
  };
}

function teamPane(cast: Cast, zone: string, shelf: Shelf): PaneView {
  const people = [...cast.supporters, ...cast.coordinators];
  return {
    id: "team",
    look: "telegram",
    title: "Supporter",
    people: [
      ...cast.supporters.map((user) => personView(user, "supporter")),
      ...cast.coordinators.map((user) => personView(user, "coordinator")),
    ],
    additions: [{ role: "supporter", label: "Another supporter" }],
    chats: people.map((user) => privateChat(user, cast.teamBot, zone, shelf)),
  };
}

function staffPane(cast: Cast, zone: string, shelf: Shelf): PaneView {
  const { staffGroup } = cast;
  const people = cast.coordinators.filter((user) => staffGroup.isMember(user));
  const count = staffGroup.present.length;
  return {
    id: "staff",
    look: "telegram",
    title: "Staff group",
    people: people.map((user) => personView(user, "coordinator")),
    additions: [{ role: "coordinator", label: "Another coordinator" }],
    chats: people.map((user) => ({
      ...telegramChat(staffGroup, user, zone, shelf),
      partner: staffGroup.title,
      partnerNote: `${count} members`,
      menu: menuOf(cast.teamBot, [`chat:${staffGroup.id}`, "all_group_chats", "default"], user),
      notes: notesOf(user, cast.teamBot, staffGroup),
    })),
  };
}

function personView(user: TelegramUser, role: string) {
  return { id: String(user.id), name: user.firstName, role };
}

function messengerChat(person: MessengerPerson, zone: string, shelf: Shelf): ChatView {
  const { page } = person;
  const untouched = person.messages.length === 0;
  return {
    person: person.id,
    partner: page.name,
    partnerNote: "Facebook page",
    messages: person.messages.slice(-mostShown).map((message) => messengerMessage(message, zone, shelf)),
    typing: person.typing,
    greeting: page.profile.greeting,
    state: person.blocked
      ? "blocked"
      : untouched && page.profile.getStarted !== null
        ? "not_started"
        : "open",
    startLabel: "Get Started",
    canBlock: true,
    attachments: [...messengerAttachments],
    quickReplies: person.quickReplies.map(({ label }) => label),
    menu: page.profile.menuEntries.map(({ label, payload }) => ({ label, note: "", value: payload })),
    notes: [],
  };
}

function messengerMessage(message: MessengerMessage, zone: string, shelf: Shelf): MessageView {
  const mine = message.author === "person";
  const { person, text, replyTo } = message;
  return {
    id: message.id,
    side: mine ? "mine" : "theirs",
    author: mine ? person.firstName : person.page.name,
    showsAuthor: message.author === "page_staff",
    text,
    links: linksOf(text),
    attachment: message.attachment,
    file: fileOf(message.file, shelf),
    reactions: [message.reaction, message.pageReaction].filter((sign) => sign !== null),
    replyTo: replyTo === null ? null : { author: authorOf(replyTo), text: replyTo.text },
    buttons: [],
    day: dayText(message.date, zone),
    time: timeText(message.date, zone),
    edited: message.edited,
    ticks: mine ? (message.seen ? "seen" : message.delivered ? "delivered" : "sent") : null,
    protected: false,
    canEdit: mine && message.attachment === null,
  };
}

function fileOf(file: SampleFile | null, shelf: Shelf): MessageView["file"] {
  return file === null ? null : { url: shelf.addressOf(file), type: file.type, name: file.name };
}

function authorOf({ author, person }: MessengerMessage): string {
  return author === "person" ? person.firstName : person.page.name;
}

function privateChat(user: TelegramUser, bot: SimulatedBot, zone: string, shelf: Shelf): ChatView {
  const chat = user.chatWith(bot);
  const scopes = [`chat:${user.id}`, "all_private_chats", "default"];
  return {
    ...telegramChat(chat, user, zone, shelf),
    partner: bot.name,
    partnerNote: "bot",
    greeting: bot.descriptions.get(user.languageCode ?? "") ?? bot.descriptions.get("") ?? "",
    state: chat.blocked ? "blocked" : chat.started ? "open" : "not_started",
    startLabel: "Start",
    canBlock: true,
    menu: menuOf(bot, scopes, user),
    notes: notesOf(user, bot, chat),
  };
}

function telegramChat(chat: TelegramChat, viewer: TelegramUser, zone: string, shelf: Shelf): ChatView {
  const isGroup = !(chat instanceof PrivateChat);
  return {
    person: String(viewer.id),
    partner: chat.title,
    partnerNote: "",
    messages: chat.messages
      .slice(-mostShown)
      .map((message) => telegramMessage(message, viewer, isGroup, zone, shelf)),
    typing: isTyping(chat),
    greeting: "",
    state: "open",
    startLabel: "",
    canBlock: false,
    attachments: [...attachmentKinds],
    quickReplies: [],
    menu: [],
    notes: [],
  };
}

/** Telegram shows it for five seconds, or until the bot writes. */
function isTyping({ typingSince, telegram }: TelegramChat): boolean {
  return typingSince !== null && telegram.clock.now().getTime() - typingSince.getTime() < 5000;
}

function telegramMessage(
  message: TelegramMessage,
  viewer: TelegramUser,
  isGroup: boolean,
  zone: string,
  shelf: Shelf,
): MessageView {
  const mine = message.sender === viewer && !message.anonymously;
  const notice = message.notice;
  const { replyTo } = message;
  return {
    id: `${message.chatId}/${message.id}`,
    side: notice !== null ? "notice" : mine ? "mine" : "theirs",
    author: message.anonymously ? message.chat.title : message.sender.shownName,
    showsAuthor: isGroup && !mine,
    text: notice ?? asTheAppShows(message.text),
    links: notice === null ? [...linksOf(message.text), ...markedLinksOf(message)] : [],
    attachment: message.attachment,
    file: fileOf(message.file, shelf),
    reactions: [...message.reactions.values()],
    replyTo: replyTo === null ? null : { author: replyTo.sender.shownName, text: replyTo.text },
    buttons: buttonsOf(message, viewer),
    day: dayText(message.date, zone),
    time: timeText(message.date, zone),
    edited: message.edited,
    ticks: mine ? (message.confirmed ? "delivered" : "sent") : null,
    protected: message.protected,
    canEdit: mine && message.attachment === null && notice === null,
  };
}

function buttonsOf(message: TelegramMessage, viewer: TelegramUser): ButtonView[][] {
  const presses = [...message.chat.telegram.presses.values()];
  const waiting = new Set(
    presses
      .filter((press) => press.user === viewer && press.message === message && press.answer === null)
      .map(({ data }) => data),
  );
  let place = 0;
  return message.keyboard.map((row) =>
    row.map(({ label, data, url }) => {
      const button = { label, place, url, waiting: data !== null && waiting.has(data) };
      place += 1;
      return button;
    }),
  );
}

function notesOf(user: TelegramUser, bot: SimulatedBot, chat: TelegramChat): ChatView["notes"] {
  return [...user.telegram.presses.values()]
    .filter((press) => press.user === user && press.bot === bot && press.message.chat === chat)
    .flatMap(({ id, answer }) => (answer === null || answer.text === "" ? [] : [{ id, ...answer }]))
    .slice(-mostNotes);
}

/** The commands that Telegram offers here: those of the nearest scope, in the person's language if there are any. */
function menuOf(bot: SimulatedBot, scopes: readonly string[], user: TelegramUser): ChatView["menu"] {
  for (const scope of scopes) {
    for (const language of [user.languageCode ?? "", ""]) {
      const commands = bot.commands.get(`${scope}/${language}`);
      if (commands === undefined || commands.length === 0) continue;
      return commands.map(({ command, description }) => ({
        label: `/${command}`,
        note: description,
        value: `/${command}`,
      }));
    }
  }
  return [];
}

/** What a link carried along with `/start` is not shown to whoever tapped it. */
function asTheAppShows(text: string): string {
  return text.replace(/^\/start [\w-]+$/, "/start");
}

function linksOf(text: string): MessageView["links"] {
  return findEntities(text)
    .filter(({ type }) => type === "url")
    .map(({ offset, length }) => ({ offset, length, url: text.slice(offset, offset + length) }));
}

function markedLinksOf({ entities }: TelegramMessage): MessageView["links"] {
  return entities.flatMap(({ type, offset, length, url }) =>
    type === "text_link" && url !== undefined ? [{ offset, length, url }] : [],
  );
}
