import type { Cast } from "../cast.ts";
import { type Clock, SimulatedClock } from "../clock.ts";
import { type MessengerPerson, messengerAttachments } from "../messenger/person.ts";
import { isRecord } from "../parameters.ts";
import type { SampleFile } from "../samples.ts";
import { attachmentKinds } from "../telegram/attachments.ts";
import { SimulatedBot } from "../telegram/bot.ts";
import type { TelegramChat } from "../telegram/chat.ts";
import type { TelegramGroup } from "../telegram/group.ts";
import type { TelegramMessage } from "../telegram/message.ts";
import type { TelegramUser } from "../telegram/user.ts";
import { moveTarget } from "./moves.ts";
import type { PaneId } from "./view.ts";

/** Something that the page can't do; the sentence is shown there. */
export class PageError extends Error {}

/** Where the page should look afterwards. */
export interface Shown {
  pane: PaneId;
  person: string;
}

interface Stage {
  cast: Cast;
  clock: Clock;
  zone: string;
}

/** A person at their phone, as the page names them: in a pane, by their id. */
type Phone =
  | { kind: "messenger"; person: MessengerPerson }
  | { kind: "telegram"; user: TelegramUser; place: SimulatedBot | TelegramGroup };

/**
 * Does what was clicked or written on the page. Answers where to look next, or null to stay. Throws a `PageError`
 * when the request makes no sense or the app would not allow it.
 */
export function act(stage: Stage, request: unknown): Shown | null {
  const body = isRecord(request) ? request : {};
  const text = (name: string): string => {
    const value = body[name];
    if (typeof value !== "string") throw new PageError(`The request has no ${name}.`);
    return value;
  };
  switch (body.act) {
    case "move":
      return move(stage, text("to"));
    case "add":
      return add(stage.cast, text("role"));
    default:
      return actOn(stage, phoneOf(stage.cast, text("pane"), text("person")), String(body.act), text);
  }
}

function actOn(stage: Stage, phone: Phone, name: string, text: (name: string) => string): Shown | null {
  if (name === "open") return open(stage.cast, phone, text("url"), text("as"));
  const done =
    phone.kind === "messenger" ? onMessenger(phone.person, name, text) : onTelegram(phone, name, text);
  if (!done) throw new PageError(`There is no "${name}" here.`);
  return null;
}

function onMessenger(person: MessengerPerson, name: string, text: (name: string) => string): boolean {
  const message = (id: string) => {
    const found = person.find(id);
    if (found === undefined) throw new PageError("This message is not there any more.");
    return found;
  };
  switch (name) {
    case "write": {
      const answered = text("replyTo");
      person.writes(text("text"), answered === "" ? {} : { replyTo: message(answered) });
      return true;
    }
    case "edit":
      person.edits(message(text("message")), text("text"));
      return true;
    case "attach":
      person.sends(kindIn(messengerAttachments, text("kind")), fileIn(text) ?? {});
      return true;
    case "choose":
      person.presses(text("label"));
      return true;
    case "menu":
      person.opensMenu(text("value"));
      return true;
    case "start":
      person.getsStarted();
      return true;
    case "read":
      person.reads();
      return true;
    case "block":
      person.blocks();
      return true;
    case "unblock":
      person.unblocks();
      return true;
    default:
      return false;
  }
}

function kindIn<Kind extends string>(kinds: readonly Kind[], given: string): Kind {
  const known = kinds.find((kind) => kind === given);
  if (known === undefined) throw new PageError(`"${given}" can't be sent here.`);
  return known;
}

/** A file of one's own, when one was chosen. */
function fileIn(text: (name: string) => string): { files: SampleFile[] } | null {
  const content = text("content");
  if (content === "") return null;
  const bytes = Buffer.from(content, "base64");
  return { files: [{ bytes, type: text("type"), name: text("name") }] };
}

function onTelegram(
  { user, place }: Extract<Phone, { kind: "telegram" }>,
  name: string,
  text: (name: string) => string,
): boolean {
  const bot = place instanceof SimulatedBot ? place : null;
  const chat: TelegramChat = place instanceof SimulatedBot ? user.chatWith(place) : place;
  const message = (id: string): TelegramMessage => {
    const found = chat.messages.find((one) => `${one.chatId}/${one.id}` === id);
    if (found === undefined) throw new PageError("This message is not there any more.");
    return found;
  };
  switch (name) {
    case "write": {
      const answered = text("replyTo");
      user.writes(place, text("text"), answered === "" ? {} : { replyTo: message(answered) });
      return true;
    }
    case "edit":
      user.edits(message(text("message")), text("text"));
      return true;
    case "attach": {
      const [file] = fileIn(text)?.files ?? [];
      user.sends(place, kindIn(attachmentKinds, text("kind")), "", file);
      return true;
    }
    case "menu":
      user.writes(place, text("value"));
      return true;
    case "press": {
      const pressed = message(text("message"));
      const button = pressed.buttons[Number(text("place"))];
      if (button?.data == null) throw new PageError("This button is not there any more.");
      user.pressesData(pressed, button.data);
      return true;
    }
    case "start":
      if (bot !== null) user.start(bot);
      return bot !== null;
    case "block":
      if (bot !== null) user.blocks(bot);
      return bot !== null;
    case "unblock":
      if (bot !== null) user.unblocks(bot);
      return bot !== null;
    case "read":
      return true;
    default:
      return false;
  }
}

/**
 * Follows a link as whoever taps it, or as somebody it is handed to (`as`: a person's id, `new` for a new supporter,
 * empty for oneself).
 */
function open(cast: Cast, phone: Phone, url: string, as: string): Shown {
  const target = URL.canParse(url) ? new URL(url) : null;
  if (target?.hostname === "m.me") {
    const person = phone.kind === "messenger" ? phone.person : cast.onMessenger(phone.user);
    person.opens(url);
    return { pane: "messenger", person: person.id };
  }
  if (target?.hostname !== "t.me") throw new PageError("This link leads outside the simulation.");
  const { bot } = cast.telegram.resolveLink(url);
  const user = whoOpens(cast, phone, as);
  if (bot === cast.publicBot && !cast.telegramMentees.includes(user)) cast.telegramMentees.push(user);
  if (bot === cast.teamBot && !isOnTeam(cast, user)) cast.supporters.push(user);
  user.opens(url);
  return { pane: bot === cast.publicBot ? "telegram" : "team", person: String(user.id) };
}

function whoOpens(cast: Cast, phone: Phone, as: string): TelegramUser {
  if (as === "new") return cast.addSupporter();
  if (as !== "") return userById(cast, as);
  return phone.kind === "messenger" ? cast.onTelegram(phone.person) : phone.user;
}

function isOnTeam(cast: Cast, user: TelegramUser): boolean {
  return cast.supporters.includes(user) || cast.coordinators.includes(user);
}

function phoneOf(cast: Cast, pane: string, id: string): Phone {
  if (pane === "messenger") {
    const person = cast.page.person(id);
    if (person === undefined) throw new PageError("There is nobody like that on Messenger.");
    return { kind: "messenger", person };
  }
  return { kind: "telegram", user: userById(cast, id), place: placeOf(cast, pane) };
}

function placeOf(cast: Cast, pane: string): SimulatedBot | TelegramGroup {
  switch (pane) {
    case "telegram":
      return cast.publicBot;
    case "team":
      return cast.teamBot;
    case "staff":
      return cast.staffGroup;
    default:
      throw new PageError("There is no such column.");
  }
}

function userById(cast: Cast, id: string): TelegramUser {
  const who = cast.telegram.participantById(Number(id));
  if (who === undefined || who.isBot) throw new PageError("There is nobody like that on Telegram.");
  return who;
}

function add(cast: Cast, role: string): Shown {
  switch (role) {
    case "messengerMentee":
      return { pane: "messenger", person: cast.addMessengerMentee().id };
    case "telegramMentee":
      return { pane: "telegram", person: String(cast.addTelegramMentee().id) };
    case "supporter":
      return { pane: "team", person: String(cast.addSupporter().id) };
    case "coordinator":
      return { pane: "staff", person: String(cast.addCoordinator().id) };
    default:
      throw new PageError("Nobody like that can be added.");
  }
}

function move({ clock, zone }: Stage, to: string): null {
  if (!(clock instanceof SimulatedClock)) throw new PageError("This clock can't be moved.");
  const target = moveTarget(to, clock.now(), zone);
  if (target === undefined) throw new PageError("The clock has no such button.");
  clock.moveTo(target);
  return null;
}
