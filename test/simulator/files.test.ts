/** Files on the simulated platforms: fetched, uploaded and refused as on the real ones. */
import { expect, onTestFinished, test } from "vitest";
import { SimulatedClock, startSimulator } from "../../simulator/index.ts";
import { samples } from "../../simulator/samples.ts";

const megabyte = 1024 * 1024;

async function situation() {
  const clock = new SimulatedClock(new Date("2026-11-20T14:00:00Z"));
  const simulator = await startSimulator({ clock });
  onTestFinished(() => simulator.stop());
  const { telegram, messenger, telegramRoot, graphRoot } = simulator;
  const bot = telegram.createBot({ token: "1:a", username: "one_bot", name: "One" });
  const other = telegram.createBot({ token: "2:b", username: "two_bot", name: "Two" });
  const nora = telegram.createUser({ firstName: "Nora" });
  nora.start(bot);
  nora.start(other);
  const page = messenger.createPage({ name: "Page", token: "t" });
  const amina = page.createPerson({ firstName: "Amina" });
  amina.writes("Hei");

  async function call(method: string, fields: Record<string, string>, file?: Buffer, token = "1:a") {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    if (file) form.set("upload", new Blob([new Uint8Array(file)]), "x.bin");
    const response = await fetch(`${telegramRoot}/bot${token}/${method}`, { method: "POST", body: form });
    return (await response.json()) as { ok: boolean; description?: string; result?: Record<string, unknown> };
  }
  const upload = (method: string, kind: string, bytes: Buffer, caption = "") =>
    call(method, { chat_id: String(nora.id), [kind]: "attach://upload", caption }, bytes);
  async function send(type: string, bytes: Buffer, mime: string) {
    const form = new FormData();
    form.set("recipient", JSON.stringify({ id: amina.id }));
    form.set("messaging_type", "RESPONSE");
    form.set("message", JSON.stringify({ attachment: { type, payload: {} } }));
    form.set("filedata", new Blob([new Uint8Array(bytes)], { type: mime }), "x.bin");
    const headers = { authorization: "Bearer t" };
    const response = await fetch(`${graphRoot}/me/messages`, { method: "POST", headers, body: form });
    return (await response.json()) as {
      message_id?: string;
      error?: { code: number; error_subcode: number };
    };
  }
  return { clock, simulator, bot, other, nora, amina, call, upload, send };
}

test("a file is fetched by the bot that it was sent to, for an hour", async () => {
  const { clock, simulator, bot, nora, call } = await situation();
  nora.sends(bot, "photo");
  const [photo] = (nora.chatWith(bot).lastMessage?.fields.photo ?? []) as { file_id: string }[];
  const id = photo?.file_id ?? expect.fail("no photo");
  expect((await call("getFile", { file_id: id }, undefined, "2:b")).description).toContain("wrong file_id");
  const { result } = await call("getFile", { file_id: id });
  const address = `${simulator.telegramRoot}/file/bot1:a/${result?.file_path}`;
  const fetched = await fetch(address);
  expect(Buffer.from(await fetched.arrayBuffer())).toEqual(samples.picture.bytes);
  expect((await fetch(address.replace("1:a", "2:b"))).status).toBe(404);
  expect((await fetch(address.replace("1:a", "1:x"))).status).toBe(401);
  clock.moveTo(new Date(clock.now().getTime() + 2 * 3_600_000));
  expect((await fetch(address)).status).toBe(404);
});

test("more than 20 MB can't be fetched", async () => {
  const { bot, nora, call } = await situation();
  nora.sends(bot, "document", "", { ...samples.paper, bytes: Buffer.alloc(20 * megabyte + 1) });
  const sent = nora.chatWith(bot).lastMessage ?? expect.fail("nothing was sent");
  const { document } = sent.fields as { document: { file_id: string } };
  expect((await call("getFile", { file_id: document.file_id })).description).toBe(
    "Bad Request: file is too big",
  );
});

test("Telegram takes what it can show, and says what it does not take", async () => {
  const { nora, bot, upload } = await situation();
  expect((await upload("sendPhoto", "photo", samples.picture.bytes, "words")).ok).toBe(true);
  expect(nora.chatWith(bot).lastMessage).toMatchObject({ attachment: "photo", text: "words" });
  expect(nora.chatWith(bot).lastMessage?.file?.bytes).toEqual(samples.picture.bytes);
  const refused = async (...given: Parameters<typeof upload>) => (await upload(...given)).description;
  expect(await refused("sendPhoto", "photo", samples.paper.bytes)).toContain("IMAGE_PROCESS_FAILED");
  expect(await refused("sendPhoto", "photo", Buffer.alloc(10 * megabyte + 1))).toContain(
    "too big for a photo",
  );
  expect(await refused("sendVideo", "video", Buffer.alloc(50 * megabyte + 1))).toBe(
    "Request Entity Too Large",
  );
  expect(await refused("sendVideo", "video", Buffer.alloc(0))).toContain("must be non-empty");
  expect(await refused("sendVideo", "video", samples.film.bytes, "x".repeat(1025))).toContain(
    "caption is too long",
  );
});

test("Messenger takes what it can show, and says what it does not take", async () => {
  const { amina, send } = await situation();
  const { message_id: id } = await send("image", samples.picture.bytes, "image/jpeg");
  expect(amina.lastMessage).toMatchObject({ id, attachment: "image" });
  expect((await send("audio", samples.sound.bytes, "application/octet-stream")).error).toMatchObject({
    code: 100,
  });
  const large = Buffer.alloc(8 * megabyte + 1);
  expect((await send("image", large, "image/jpeg")).error).toMatchObject({ error_subcode: 2018109 });
  expect((await send("video", large, "video/mp4")).error).toBeUndefined();
});
