import { telegramRefusal } from "../refusals.ts";
import { chatOf, type Methods } from "./method.ts";

const actions = new Set([
  "typing",
  "upload_photo",
  "record_video",
  "upload_video",
  "record_voice",
  "upload_voice",
  "upload_document",
  "choose_sticker",
  "find_location",
  "record_video_note",
  "upload_video_note",
]);

/** How long a pressed button waits for an answer. */
const pressAnsweredWithin = 60_000;

/** Questions about chats and their members, and leaving them. */
export const chatMethods = {
  getMe(bot) {
    return {
      ...bot.json(),
      can_join_groups: true,
      can_read_all_group_messages: bot.readsAllGroupMessages,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
      has_topics_enabled: false,
      allows_users_to_create_topics: false,
    };
  },

  getChat(bot, parameters) {
    return { ...chatOf(bot, parameters, "look").json(), accent_color_id: 0, max_reaction_count: 11 };
  },

  getChatMember(bot, parameters) {
    const chat = chatOf(bot, parameters, "look");
    const who = bot.telegram.participantById(parameters.integer("user_id") ?? 0);
    const group = chat.asGroup();
    if (who === undefined) {
      throw telegramRefusal.badRequest(
        group?.kind === "supergroup" ? "PARTICIPANT_ID_INVALID" : "member not found",
      );
    }
    if (group === null) return { user: who.json(), status: "member" };
    return group.memberJson(who);
  },

  getChatAdministrators(bot, parameters) {
    const group = chatOf(bot, parameters, "look").asGroup();
    if (group === null) throw telegramRefusal.badRequest("there are no administrators in the private chat");
    return group.present
      .filter((who) => group.isAdministrator(who) && (!who.isBot || who === bot))
      .map((who) => group.memberJson(who));
  },

  leaveChat(bot, parameters) {
    const group = chatOf(bot, parameters, "look").asGroup();
    if (group === null) throw telegramRefusal.badRequest("can't leave private chats");
    group.leave(bot);
    return true;
  },

  sendChatAction(bot, parameters) {
    if (!actions.has(parameters.text("action"))) {
      throw telegramRefusal.badRequest("wrong parameter action in request");
    }
    const chat = chatOf(bot, parameters, "write");
    chat.typingSince = bot.telegram.clock.now();
    bot.telegram.changes.announce();
    return true;
  },

  answerCallbackQuery(bot, parameters) {
    const press = bot.telegram.presses.get(parameters.text("callback_query_id"));
    const age = press === undefined ? 0 : bot.telegram.clock.now().getTime() - press.at.getTime();
    if (press?.bot !== bot || age > pressAnsweredWithin) throw telegramRefusal.pressTooOld();
    const text = parameters.text("text");
    if (text.length > 200) throw telegramRefusal.badRequest("MESSAGE_TOO_LONG");
    press.give({ text, alert: parameters.boolean("show_alert") });
    return true;
  },
} as const satisfies Methods;
