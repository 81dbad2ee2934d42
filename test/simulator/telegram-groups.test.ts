import { Api } from "grammy";
import { describe, expect, test } from "vitest";
import { telegramSituation } from "./situation.ts";

async function groupSituation(options: { administrators?: boolean } = {}) {
  const situation = await telegramSituation();
  const { telegram, bot } = situation;
  const ingrid = telegram.createUser({ firstName: "Ingrid" });
  const erik = telegram.createUser({ firstName: "Erik" });
  const group = telegram.createGroup({
    title: "Coordinators",
    members: [ingrid, erik, bot],
    administrators: options.administrators === true ? [bot] : [],
  });
  return { ...situation, ingrid, erik, group };
}

describe("a group", () => {
  test("tells the bot that it was put in, and by whom", async () => {
    const { api, bot, group, ingrid } = await groupSituation();
    const [added, created] = await api.getUpdates();
    expect(added?.my_chat_member).toMatchObject({
      chat: { id: group.id, type: "group", title: "Coordinators" },
      from: { id: ingrid.id },
      old_chat_member: { status: "left" },
      new_chat_member: { status: "member", user: { id: bot.id } },
    });
    expect(created?.message).toMatchObject({ chat: { id: group.id }, group_chat_created: true });
  });

  test("in privacy mode a bot hears commands, answers to it and its own name, nothing else", async () => {
    const { api, bot, telegram, ingrid, group } = await groupSituation();
    const other = telegram.createBot({ username: "other_bot", name: "Other" });
    group.add(other);
    const { message_id } = await api.sendMessage(group.id, "Card");
    const card = group.find(message_id);
    if (card === undefined) expect.fail("The card did not arrive.");
    await api.getUpdates({ offset: -1 });
    ingrid.writes(group, "between ourselves");
    ingrid.writes(group, "/status");
    ingrid.writes(group, "/status@peer_bot now");
    ingrid.writes(group, "/status@other_bot");
    ingrid.writes(group, "what says @peer_bot?");
    ingrid.writes(group, "an answer", { replyTo: card });
    const heard = (await api.getUpdates()).slice(1).map(({ message }) => message?.text);
    expect(heard).toEqual(["/status", "/status@peer_bot now", "what says @peer_bot?", "an answer"]);
    expect(other.queue.pending.at(-1)?.json).toMatchObject({ message: { text: "/status@other_bot" } });
    expect(bot.readsAllGroupMessages).toBe(false);
  });

  test("an administrator bot hears everything, but no other bot", async () => {
    const { simulator, api, telegram, ingrid, group } = await groupSituation({ administrators: true });
    await api.getUpdates({ offset: -1 });
    ingrid.writes(group, "between ourselves");
    const other = telegram.createBot({ token: "1002:secret", username: "other_bot", name: "Other" });
    group.add(other);
    await new Api("1002:secret", { apiRoot: simulator.telegramRoot }).sendMessage(group.id, "from a bot");
    expect(group.lastMessage).toMatchObject({ text: "from a bot", fromBot: true });
    const heard = (await api.getUpdates()).map(({ message }) => message);
    expect(heard.at(-2)).toMatchObject({ text: "between ourselves" });
    expect(heard.at(-1)).toMatchObject({ new_chat_members: [{ username: "other_bot" }] });
  });

  test("membership can be asked for; leaving and being removed are told", async () => {
    const { api, telegram, nora, ingrid, erik, group } = await groupSituation({ administrators: true });
    const allowed = { allowed_updates: ["message", "chat_member", "my_chat_member"] as const };
    await api.getUpdates({ offset: -1, allowed_updates: [...allowed.allowed_updates] });
    expect((await api.getChatMember(group.id, ingrid.id)).status).toBe("creator");
    expect((await api.getChatMember(group.id, erik.id)).status).toBe("member");
    expect((await api.getChatMember(group.id, nora.id)).status).toBe("left");
    await expect(api.getChatMember(group.id, 42)).rejects.toMatchObject({
      description: "Bad Request: member not found",
    });
    const administrators = await api.getChatAdministrators(group.id);
    expect(administrators.map(({ user, status }) => [user.first_name, status])).toEqual([
      ["Ingrid", "creator"],
      ["Peer", "administrator"],
    ]);
    group.leave(erik);
    expect((await api.getChatMember(group.id, erik.id)).status).toBe("left");
    const updates = await api.getUpdates();
    expect(updates.at(-2)?.message).toMatchObject({ left_chat_member: { id: erik.id } });
    expect(updates.at(-1)?.chat_member).toMatchObject({
      old_chat_member: { status: "member" },
      new_chat_member: { status: "left", user: { id: erik.id } },
    });
    const kari = telegram.createUser({ firstName: "Kari" });
    expect(() => kari.writes(group, "let me in")).toThrow('Kari is not in "Coordinators".');
  });

  test("refuses a bot that was removed, or left", async () => {
    const { api, bot, group } = await groupSituation();
    group.remove(bot);
    await expect(api.sendMessage(group.id, "x")).rejects.toMatchObject({
      error_code: 403,
      description: "Forbidden: bot was kicked from the group chat",
    });
    expect((await api.getUpdates()).at(-1)?.my_chat_member).toMatchObject({
      new_chat_member: { status: "kicked" },
    });
    group.add(bot);
    await api.sendMessage(group.id, "back again");
    await api.leaveChat(group.id);
    await expect(api.sendMessage(group.id, "x")).rejects.toMatchObject({
      description: "Forbidden: bot is not a member of the group chat",
    });
  });

  test("a hidden administrator writes in the group's name", async () => {
    const { api, ingrid, group } = await groupSituation();
    ingrid.writes(group, "/status", { anonymously: true });
    const message = (await api.getUpdates()).at(-1)?.message;
    expect(message).toMatchObject({
      from: { username: "GroupAnonymousBot", is_bot: true },
      sender_chat: { id: group.id },
    });
    expect(JSON.stringify(message)).not.toContain("Ingrid");
  });

  test("becomes a supergroup: the old id names the new one, ids begin again, the people see one chat", async () => {
    const { api, group } = await groupSituation();
    const before = await api.sendMessage(group.id, "before");
    const oldId = group.id;
    await api.getUpdates({ offset: -1 });
    group.migrate();
    expect(group.id).toBeLessThan(-1_000_000_000_000);
    const updates = (await api.getUpdates()).map(({ message }) => message);
    expect(updates.slice(-2)).toMatchObject([
      { chat: { id: oldId, type: "group" }, migrate_to_chat_id: group.id },
      { chat: { id: group.id, type: "supergroup" }, migrate_from_chat_id: oldId },
    ]);
    await expect(api.sendMessage(oldId, "x")).rejects.toMatchObject({
      error_code: 400,
      description: "Bad Request: group chat was upgraded to a supergroup chat",
      parameters: { migrate_to_chat_id: group.id },
    });
    const after = await api.sendMessage(group.id, "after");
    expect(after.message_id).toBeLessThanOrEqual(before.message_id);
    await expect(api.editMessageText(group.id, 77, "x")).rejects.toMatchObject({
      description: "Bad Request: message to edit not found",
    });
    expect(group.messages.map(({ text }) => text)).toEqual(expect.arrayContaining(["before", "after"]));
  });

  test("a bot can meet the move as an error before it is told", async () => {
    const { api, group } = await groupSituation();
    const oldId = group.id;
    await api.getUpdates({ offset: -1 });
    group.migrate({ announce: false });
    await expect(api.sendMessage(oldId, "x")).rejects.toMatchObject({
      parameters: { migrate_to_chat_id: group.id },
    });
    const told = async () => JSON.stringify(await api.getUpdates()).includes("migrate_from_chat_id");
    expect(await told()).toBe(false);
    group.announceMigration();
    expect(await told()).toBe(true);
  });
});
