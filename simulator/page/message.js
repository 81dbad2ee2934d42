import { make, makeButton, makeIcon } from "./element.js";

/** @typedef {import("../page-server/view.ts").MessageView} MessageView */

/**
 * What can be done with a message.
 *
 * @typedef {object} MessageActions
 * @property {(message: MessageView, place: number) => void} press
 * @property {(url: string) => void} open
 * @property {(message: MessageView) => void} reply
 * @property {(message: MessageView) => void} edit
 */

const attachmentNames = new Map([
  ["photo", "📷 Photo"],
  ["image", "📷 Photo"],
  ["video", "🎬 Video"],
  ["video_note", "🎬 Round video"],
  ["voice", "🎤 Voice message"],
  ["audio", "🎵 Audio"],
  ["document", "📄 Document"],
  ["file", "📄 Document"],
  ["sticker", "🙂 Sticker"],
  ["animation", "🎞 Animation"],
  ["location", "📍 Location"],
  ["contact", "👤 Contact"],
  ["poll", "📊 Poll"],
  ["fallback", "🔗 Shared post"],
]);

/**
 * What a kind of thing is called, for those who choose one.
 *
 * @param {string} kind
 */
export function attachmentName(kind) {
  return attachmentNames.get(kind) ?? kind;
}

const tickNames = { sent: "sent", delivered: "delivered", seen: "seen" };
const tickSigns = { sent: "✓", delivered: "✓✓", seen: "✓✓ seen" };

/**
 * One entry of a chat: a message, or a line about what happened.
 *
 * @param {MessageView} message
 * @param {boolean} follows The one above is by the same author.
 * @param {MessageActions} actions
 * @returns {HTMLElement}
 */
export function makeMessage(message, follows, actions) {
  if (message.side === "notice") return make("div", { className: "notice", text: message.text });
  return make("div", { className: `message ${message.side}${follows ? " follows" : ""}` }, [
    make("span", { className: "visually-hidden", text: `${message.author}: ` }),
    makeBubble(message, follows, actions),
    message.buttons.length === 0 ? null : makeButtons(message, actions),
    makeTools(message, actions),
  ]);
}

/**
 * @param {MessageView} message
 * @param {boolean} follows The one above is by the same author, who is named there.
 * @param {MessageActions} actions
 */
function makeBubble(message, follows, actions) {
  const { attachment, replyTo } = message;
  const name = attachment === null ? "" : (attachmentNames.get(attachment) ?? attachment);
  const quote =
    replyTo === null
      ? null
      : make("span", { className: "quote" }, [
          make("b", { text: replyTo.author }),
          make("span", { text: replyTo.text }),
        ]);
  return make("div", { className: "bubble" }, [
    message.showsAuthor && !follows ? make("span", { className: "author", text: message.author }) : null,
    quote,
    attachment === null ? null : makeAttachment(message.file, name),
    makeWords(message, actions),
    message.reactions.length === 0 ? null : makeReactions(message),
    makeMeta(message),
  ]);
}

/**
 * What came with the words: shown where a page can show it, named where it can't.
 *
 * @param {MessageView["file"]} file
 * @param {string} name
 */
function makeAttachment(file, name) {
  const family = file === null ? "" : file.type.split("/", 1)[0];
  if (file !== null && family === "image") {
    const picture = make("img", { className: "picture" });
    picture.src = file.url;
    picture.alt = name;
    return picture;
  }
  if (file !== null && (family === "audio" || family === "video")) {
    const player = make(family === "audio" ? "audio" : "video", { className: "player", label: name });
    player.controls = true;
    player.preload = "none";
    player.src = file.url;
    return make("span", { className: "attachment" }, [make("span", { text: name }), player]);
  }
  if (file === null) return make("span", { className: "attachment", text: name });
  const link = make("a", { className: "attachment", text: `${name}: ${file.name}` });
  link.href = file.url;
  link.download = file.name;
  return link;
}

/**
 * @param {MessageView} message
 * @param {MessageActions} actions
 */
function makeWords({ text, links }, actions) {
  const words = make("span", { className: "words" });
  let from = 0;
  for (const { offset, length, url } of [...links].sort((one, other) => one.offset - other.offset)) {
    words.append(text.slice(from, offset));
    const shown = text.slice(offset, offset + length);
    words.append(makeButton(shown, () => actions.open(url), { className: "link" }));
    from = offset + length;
  }
  words.append(text.slice(from));
  return words;
}

/** @param {MessageView} message */
function makeReactions({ reactions }) {
  const signs = make("span", { className: "reactions", label: `Reactions: ${reactions.join(" ")}` });
  signs.textContent = reactions.join(" ");
  return signs;
}

/** @param {MessageView} message */
function makeMeta({ edited, time, ticks, protected: isProtected }) {
  const meta = make("span", { className: "meta" }, [
    isProtected ? makeIcon("lock") : null,
    isProtected ? make("span", { className: "visually-hidden", text: "can't be forwarded, " }) : null,
  ]);
  meta.append(`${edited ? "edited " : ""}${time} `);
  if (ticks !== null) {
    const sign = make("span", { className: `ticks ${ticks}`, text: tickSigns[ticks] });
    sign.setAttribute("aria-hidden", "true");
    meta.append(sign, make("span", { className: "visually-hidden", text: tickNames[ticks] }));
  }
  return meta;
}

/**
 * @param {MessageView} message
 * @param {MessageActions} actions
 */
function makeButtons(message, actions) {
  const rows = message.buttons.map((row) =>
    make(
      "div",
      { className: "row" },
      row.map(({ label, place, url, waiting }) => {
        const press = () => (url === null ? actions.press(message, place) : actions.open(url));
        const button = makeButton(url === null ? label : `${label} ↗`, press);
        if (waiting) button.setAttribute("aria-busy", "true");
        return button;
      }),
    ),
  );
  return make("div", { className: "buttons" }, rows);
}

/**
 * @param {MessageView} message
 * @param {MessageActions} actions
 */
function makeTools(message, actions) {
  const reply = makeButton("", () => actions.reply(message), { label: "Reply" });
  reply.append(makeIcon("reply"));
  const edit = makeButton("", () => actions.edit(message), { label: "Edit" });
  edit.append(makeIcon("edit"));
  return make("div", { className: "tools" }, message.canEdit ? [reply, edit] : [reply]);
}
