import { GrammyError, InlineKeyboard } from "grammy";
import { describe, expect, test } from "vitest";
import { hour, telegramSituation } from "./situation.ts";

/** The Bot API's whole answer to a refused call. */
async function refusalOf(call: Promise<unknown>): Promise<object> {
  const error = await call.then(
    () => expect.fail("The call went through."),
    (why: unknown) => why,
  );
  if (!(error instanceof GrammyError)) throw error;
  const { error_code, description, parameters } = error;
  return { error_code, description, ...(Object.keys(parameters).length === 0 ? {} : { parameters }) };
}

const refused = (error_code: number, description: string) => ({ error_code, description });
const badRequest = (what: string) => refused(400, `Bad Request: ${what}`);

describe("sending", () => {
  test("a text arrives as it is, with its buttons, and the answer is the message", async () => {
    const { api, nora, bot, chat } = await telegramSituation();
    nora.start(bot);
    const keyboard = new InlineKeyboard().text("Yes", "consent:yes").row().url("More", "https://example.org");
    const sent = await api.sendMessage(nora.id, "Some _words_ < here", {
      reply_markup: keyboard,
      protect_content: true,
      link_preview_options: { is_disabled: true },
    });
    const seen = chat.lastMessage;
    expect(seen).toMatchObject({ id: sent.message_id, text: "Some _words_ < here", protected: true });
    expect(seen?.buttons).toEqual([
      { label: "Yes", data: "consent:yes", url: null },
      { label: "More", data: null, url: "https://example.org" },
    ]);
    expect(sent).toMatchObject({
      date: Math.floor(new Date("2026-11-20T14:00:00Z").getTime() / 1000),
      chat: { id: nora.id, type: "private", first_name: "Nora" },
      from: { id: bot.id, is_bot: true, username: "peer_bot" },
      link_preview_options: { is_disabled: true },
      has_protected_content: true,
    });
  });

  test.each([
    ["", "message text is empty"],
    [" \n\t ", "text must be non-empty"],
    ["x".repeat(4097), "message is too long"],
    ["\u{1f600}".repeat(4097), "message is too long"],
    ["half \ud83d", "strings must be encoded in UTF-8"],
  ])("refuses the text %#", async (text, why) => {
    const { api, nora, bot } = await telegramSituation();
    nora.start(bot);
    expect(await refusalOf(api.sendMessage(nora.id, text))).toEqual(badRequest(why));
  });

  test("takes 4,096 characters, counted as characters and not as UTF-16 units", async () => {
    const { api, nora, bot, chat } = await telegramSituation();
    nora.start(bot);
    await api.sendMessage(nora.id, "\u{1f600}".repeat(4096));
    expect(chat.lastMessage?.text).toBe("\u{1f600}".repeat(4096));
  });

  test("drops blanks at both ends, as Telegram does", async () => {
    const { api, nora, bot } = await telegramSituation();
    nora.start(bot);
    expect(await api.sendMessage(nora.id, " \n words \r\n inside \n ")).toMatchObject({
      text: "words \n inside",
    });
  });

  test.each([
    [{ inline_keyboard: [[{ text: "A", callback_data: "x".repeat(65) }]] }, "BUTTON_DATA_INVALID"],
    [{ inline_keyboard: [[{ text: "A", callback_data: "\u00e6".repeat(33) }]] }, "BUTTON_DATA_INVALID"],
    [
      { inline_keyboard: [[{ text: "A" }]] },
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      { inline_keyboard: [[{ callback_data: "a" }]] },
      "can't parse inline keyboard button: Can't find field \"text\"",
    ],
    [
      { inline_keyboard: [{ text: "A", callback_data: "a" }] },
      'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ],
  ])("refuses the keyboard %#", async (markup, why) => {
    const { simulator, nora, bot } = await telegramSituation();
    nora.start(bot);
    const response = await fetch(`${simulator.telegramRoot}/bot1001:secret/sendMessage`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ chat_id: nora.id, text: "a", reply_markup: markup }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      ok: false,
      error_code: 400,
      description: `Bad Request: ${why}`,
    });
  });

  test("understands forms and multipart bodies, with JSON inside", async () => {
    const { simulator, nora, bot, chat } = await telegramSituation();
    nora.start(bot);
    const form = new FormData();
    form.set("chat_id", String(nora.id));
    form.set("text", "from a form");
    form.set("reply_markup", JSON.stringify({ inline_keyboard: [[{ text: "A", callback_data: "a" }]] }));
    const url = `${simulator.telegramRoot}/bot1001:secret/sendmessage`;
    await fetch(url, { method: "POST", body: form });
    expect(chat.lastMessage).toMatchObject({ text: "from a form", buttons: [{ label: "A" }] });
    await fetch(url, { method: "POST", body: new URLSearchParams({ chat_id: `${nora.id}`, text: "short" }) });
    expect(chat.lastMessage?.text).toBe("short");
    await fetch(`${url}?chat_id=${nora.id}&text=query`);
    expect(chat.lastMessage?.text).toBe("query");
  });
});

test("a bot shows that it is typing until it has written", async () => {
  const { api, nora, bot, chat, clock } = await telegramSituation();
  nora.start(bot);
  await api.sendChatAction(nora.id, "typing");
  expect(chat.typingSince).toEqual(clock.now());
  await api.sendMessage(nora.id, "words");
  expect(chat.typingSince).toBeNull();
});

describe("whom a bot can reach", () => {
  test("nobody it has never met, only after Start, not while blocked, not after the account is gone", async () => {
    const { api, telegram, nora, bot } = await telegramSituation();
    expect(await refusalOf(api.sendMessage(nora.id, "hello"))).toEqual(badRequest("chat not found"));
    telegram.createGroup({ title: "Both", members: [nora, bot] });
    expect(await refusalOf(api.sendMessage(nora.id, "hello"))).toEqual(
      refused(403, "Forbidden: bot can't initiate conversation with a user"),
    );
    nora.start(bot);
    await api.sendMessage(nora.id, "hello");
    nora.blocks(bot);
    expect(await refusalOf(api.sendMessage(nora.id, "hello"))).toEqual(
      refused(403, "Forbidden: bot was blocked by the user"),
    );
    nora.start(bot);
    await api.sendMessage(nora.id, "hello again");
    nora.deactivated = true;
    expect(await refusalOf(api.sendMessage(nora.id, "hello"))).toEqual(
      refused(403, "Forbidden: user is deactivated"),
    );
  });

  test("not another bot, not nobody", async () => {
    const { api, telegram, simulator } = await telegramSituation();
    const other = telegram.createBot({ username: "other_bot", name: "Other" });
    expect(await refusalOf(api.sendMessage(other.id, "hello"))).toEqual(
      refused(403, "Forbidden: the bot can't send messages to the bot"),
    );
    expect(await refusalOf(api.sendMessage("", "hello"))).toEqual(badRequest("chat_id is empty"));
    const response = await fetch(`${simulator.telegramRoot}/bot1001:wrong/getMe`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ ok: false, error_code: 401, description: "Unauthorized" });
  });

  test("a revoked token is refused, a new one works", async () => {
    const { api, bot } = await telegramSituation();
    bot.revokeToken();
    expect(await refusalOf(api.getMe())).toEqual(refused(401, "Unauthorized"));
    bot.token = "1001:secret";
    expect(await api.getMe()).toMatchObject({ username: "peer_bot", can_read_all_group_messages: false });
  });
});

describe("parse modes", () => {
  test.each([
    ["HTML", "a <b>b", 'Can\'t find end tag corresponding to start tag "b"'],
    ["HTML", "\u00e6 < b", 'Unsupported start tag "" at byte offset 3'],
    ["HTML", "I <3 you>", 'Unsupported start tag "3" at byte offset 2'],
    ["HTML", "a </b>", "Unexpected end tag at byte offset 2"],
    ["HTML", "<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ["Markdown", "snake_case", "Can't find end of the entity starting at byte offset 5"],
    ["Markdown", "\u00e6 *bold", "Can't find end of the entity starting at byte offset 3"],
    ["MarkdownV2", "Hello.", "Character '.' is reserved and must be escaped with the preceding '\\'"],
    ["MarkdownV2", "a _b", "Can't find end of Italic entity at byte offset 2"],
    ["MarkdownV2", "\u00e6 *b", "Can't find end of Bold entity at byte offset 3"],
    ["MarkdownV2", "[a](b", "Can't find end of a URL at byte offset 4"],
  ] as const)("%s refuses %j", async (parse_mode, text, why) => {
    const { api, nora, bot } = await telegramSituation();
    nora.start(bot);
    expect(await refusalOf(api.sendMessage(nora.id, text, { parse_mode }))).toEqual(
      badRequest(`can't parse entities: ${why}`),
    );
  });

  test.each([
    [
      "HTML",
      "a <b>b <i>c</i></b> &lt;d&gt; <a href='https://e.org'>e</a>",
      "a b c <d> e",
      [
        { type: "bold", offset: 2, length: 3 },
        { type: "italic", offset: 4, length: 1 },
        { type: "text_link", offset: 10, length: 1, url: "https://e.org" },
      ],
    ],
    [
      "Markdown",
      "*b* _i_ `c_c` [t](https://e.org) \\_",
      "b i c_c t _",
      [
        { type: "bold", offset: 0, length: 1 },
        { type: "italic", offset: 2, length: 1 },
        { type: "code", offset: 4, length: 3 },
        { type: "text_link", offset: 8, length: 1, url: "https://e.org" },
      ],
    ],
    [
      "MarkdownV2",
      "*b __u__* ~s~ ||h|| \\. `c.c`\n>quoted\nnot",
      "b u s h . c.c\nquoted\nnot",
      [
        { type: "bold", offset: 0, length: 3 },
        { type: "underline", offset: 2, length: 1 },
        { type: "strikethrough", offset: 4, length: 1 },
        { type: "spoiler", offset: 6, length: 1 },
        { type: "code", offset: 10, length: 3 },
        { type: "blockquote", offset: 14, length: 7 },
      ],
    ],
  ] as const)("%s reads what is well formed", async (parse_mode, text, plain, entities) => {
    const { api, nora, bot } = await telegramSituation();
    nora.start(bot);
    const sent = await api.sendMessage(nora.id, text, { parse_mode });
    expect(sent.text).toBe(plain);
    expect(sent.entities).toEqual(entities);
  });

  test("an unknown one is refused", async () => {
    const { simulator, nora, bot } = await telegramSituation();
    nora.start(bot);
    const query = new URLSearchParams({ chat_id: `${nora.id}`, text: "a", parse_mode: "BBCode" });
    const response = await fetch(`${simulator.telegramRoot}/bot1001:secret/sendMessage?${query}`);
    expect(await response.json()).toMatchObject({ description: "Bad Request: unsupported parse_mode" });
  });
});

describe("changing what was sent", () => {
  test("edits show in the chat; the same again, a lost message and somebody else's are refused", async () => {
    const { api, nora, bot, chat } = await telegramSituation();
    nora.start(bot);
    const keyboard = new InlineKeyboard().text("Take it", "alert:take:1");
    const { message_id } = await api.sendMessage(nora.id, "Open", { reply_markup: keyboard });
    await api.editMessageText(nora.id, message_id, "Taken");
    expect(chat.lastMessage).toMatchObject({ text: "Taken", edited: true, buttons: [] });
    expect(await refusalOf(api.editMessageText(nora.id, message_id, " Taken "))).toEqual(
      badRequest(
        "message is not modified: specified new message content and reply markup are exactly the same as a " +
          "current content and reply markup of the message",
      ),
    );
    await api.editMessageReplyMarkup(nora.id, message_id, { reply_markup: keyboard });
    expect(chat.lastMessage?.buttons).toHaveLength(1);
    expect(await refusalOf(api.editMessageText(nora.id, 999, "x"))).toEqual(
      badRequest("message to edit not found"),
    );
    const hers = nora.writes(bot, "mine");
    expect(await refusalOf(api.editMessageText(nora.id, hers.id, "x"))).toEqual(
      badRequest("message can't be edited"),
    );
  });

  test("deletes for two days, then no more", async () => {
    const { api, clock, nora, bot, chat } = await telegramSituation();
    nora.start(bot);
    const first = await api.sendMessage(nora.id, "first");
    const second = await api.sendMessage(nora.id, "second");
    await api.deleteMessage(nora.id, first.message_id);
    expect(chat.messages.map(({ text }) => text)).toEqual(["/start", "second"]);
    expect(await refusalOf(api.deleteMessage(nora.id, first.message_id))).toEqual(
      badRequest("message to delete not found"),
    );
    clock.advance(48 * hour + 1000);
    expect(await refusalOf(api.deleteMessage(nora.id, second.message_id))).toEqual(
      badRequest("message can't be deleted for everyone"),
    );
  });

  test("answers a message of the chat, and says when it is not there", async () => {
    const { api, nora, bot, chat } = await telegramSituation();
    const hers = nora.start(bot);
    await api.sendMessage(nora.id, "to you", { reply_parameters: { message_id: hers.id } });
    expect(chat.lastMessage?.replyTo).toBe(hers);
    const lost = { message_id: 77 };
    expect(await refusalOf(api.sendMessage(nora.id, "x", { reply_parameters: lost }))).toEqual(
      badRequest("message to be replied not found"),
    );
    const anyway = { ...lost, allow_sending_without_reply: true };
    await api.sendMessage(nora.id, "anyway", { reply_parameters: anyway });
    expect(chat.lastMessage).toMatchObject({ text: "anyway", replyTo: null });
  });

  test("copies without a name, forwards with one, neither what is protected", async () => {
    const { api, telegram, nora, bot } = await telegramSituation();
    const ola = telegram.createUser({ firstName: "Ola" });
    nora.start(bot);
    ola.start(bot);
    const words = nora.writes(bot, "my words");
    await api.copyMessage(ola.id, nora.id, words.id);
    const copy = ola.chatWith(bot).lastMessage;
    expect(copy).toMatchObject({ text: "my words" });
    expect(JSON.stringify(copy?.json())).not.toContain("Nora");
    const forwarded = await api.forwardMessage(ola.id, nora.id, words.id);
    expect(forwarded.forward_origin).toMatchObject({ type: "user", sender_user: { first_name: "Nora" } });
    const { message_id } = await api.sendMessage(nora.id, "secret", { protect_content: true });
    expect(await refusalOf(api.copyMessage(ola.id, nora.id, message_id))).toEqual(
      badRequest("message has protected content and can't be forwarded"),
    );
  });
});

test("marks can be given beside the text; topics, which no chat has, are refused", async () => {
  const { api, nora, bot } = await telegramSituation();
  nora.start(bot);
  const entities = [{ type: "bold" as const, offset: 2, length: 4 }];
  const sent = await api.sendMessage(nora.id, "  bold and https://e.org", { entities });
  expect(sent.text).toBe("bold and https://e.org");
  expect(sent.entities).toEqual([
    { type: "bold", offset: 0, length: 4 },
    { type: "url", offset: 9, length: 13 },
  ]);
  expect(await refusalOf(api.sendMessage(nora.id, "x", { message_thread_id: 7 }))).toEqual(
    badRequest("message thread not found"),
  );
});
