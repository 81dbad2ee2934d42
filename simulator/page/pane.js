import { Attachment } from "./attachment.js";
import { Composer } from "./composer.js";
import { find, make, makeButton, refill } from "./element.js";
import { Log } from "./log.js";

/** @typedef {import("../page-server/view.ts").PaneView} PaneView */
/** @typedef {import("../page-server/view.ts").ChatView} ChatView */

/**
 * What a pane asks of the page.
 *
 * @typedef {object} PaneHost
 * @property {(what: Record<string, string>) => Promise<boolean>} act Does something; true when it went well.
 * @property {(pane: PaneView, chat: ChatView, url: string) => void} open Follows a link.
 * @property {(pane: Pane) => boolean} isVisible
 */

/** How long what a bot answers to a press stays, in milliseconds. */
const noteFor = 5000;

/** One column: a phone, and the people who can hold it. */
export class Pane {
  #host;
  #log;
  #composer;
  #attachment;
  /** @type {PaneView} */
  #view;
  #chosen;
  #menuOpen = false;
  /** The last message of each chat that was on the screen. @type {Map<string, string>} */
  #seen = new Map();
  /** @type {Set<string>} */
  #notesShown = new Set();
  #noteTimer = 0;
  /** @type {HTMLElement} */
  element;

  /**
   * @param {PaneView} view
   * @param {PaneHost} host
   */
  constructor(view, host) {
    const template = find(document, "#pane-template", HTMLTemplateElement);
    const copy = template.content.cloneNode(true);
    if (!(copy instanceof DocumentFragment)) throw new Error("The template is broken.");
    this.element = find(copy, ".pane", HTMLElement);
    this.element.id = `pane-${view.id}`;
    this.element.dataset.pane = view.id;
    this.element.dataset.look = view.look;
    this.#host = host;
    this.#view = view;
    this.#chosen = view.people[0]?.id ?? "";
    for (const chat of view.chats) this.#seen.set(chat.person, lastId(chat));

    const heading = find(this.element, "h2", HTMLElement);
    heading.textContent = view.title;
    heading.id = `title-${view.id}`;
    this.element.setAttribute("aria-labelledby", heading.id);
    this.#part(".scroll").setAttribute("role", "region");
    this.#part(".scroll").tabIndex = 0;
    this.#log = new Log(this.#part(".log"), this.#part(".scroll"), {
      press: (message, place) => void this.#act("press", { message: message.id, place: String(place) }),
      open: (url) => this.#host.open(this.#view, this.#chat, url),
      reply: (message) => this.#composer.answer({ kind: "reply", message }),
      edit: (message) => this.#composer.answer({ kind: "edit", message }),
    });
    this.#composer = new Composer(this.element, ({ text, answering }) => {
      if (answering?.kind === "edit") return this.#act("edit", { message: answering.message.id, text });
      return this.#act("write", { text, replyTo: answering?.message.id ?? "" });
    });
    this.#attachment = new Attachment(this.element, (kind, file) => this.#act("attach", { kind, ...file }));
    this.#part(".start").addEventListener("click", () => {
      void this.#act(this.#chat.state === "blocked" ? "unblock" : "start");
    });
    this.#part(".block").addEventListener("click", () => void this.#act("block"));
    this.#part(".open-menu").addEventListener("click", () => this.#showMenu(!this.#menuOpen));
  }

  get id() {
    return this.#view.id;
  }

  get title() {
    return this.#view.title;
  }

  /** True when something came that has not been on the screen. */
  get hasNews() {
    return this.#view.chats.some((chat) => this.#isNews(chat));
  }

  get people() {
    return this.#view.people;
  }

  /**
   * Takes up somebody's phone. False when they are not here (yet).
   *
   * @param {string} person
   */
  choose(person) {
    if (!this.people.some(({ id }) => id === person)) return false;
    if (person !== this.#chosen) {
      this.#chosen = person;
      this.#menuOpen = false;
      this.#log.clear();
    }
    this.refresh();
    return true;
  }

  /** Draws again what is known, because the pane has come to the front. */
  refresh() {
    this.update(this.#view);
  }

  /** @param {PaneView} view */
  update(view) {
    const focused = document.activeElement;
    const hadFocus = focused !== null && this.element.contains(focused);
    this.#view = view;
    const chat = this.#chat;
    if (this.#host.isVisible(this)) this.#markSeen(chat);
    this.#showPeople();
    this.#showPartner(chat);
    this.#showBelow(chat);
    this.#log.show(chat.messages);
    this.#showNotes(chat);
    if (hadFocus && !focused.checkVisibility()) this.#takeFocus();
  }

  /** What had the focus is gone, a tapped choice for example: whoever uses the keyboard goes on writing. */
  #takeFocus() {
    const field = find(this.element, "textarea", HTMLTextAreaElement);
    if (field.checkVisibility()) field.focus();
    else this.#part(".scroll").focus({ preventScroll: true });
  }

  get #chat() {
    const chat = this.#view.chats.find(({ person }) => person === this.#chosen) ?? this.#view.chats[0];
    if (chat === undefined) throw new Error(`Nobody is in the column "${this.#view.title}".`);
    return chat;
  }

  get #name() {
    return this.#view.people.find(({ id }) => id === this.#chosen)?.name ?? "";
  }

  /** @param {string} selector */
  #part(selector) {
    return find(this.element, selector, HTMLElement);
  }

  /**
   * @param {string} name
   * @param {Record<string, string>} [more]
   */
  #act(name, more = {}) {
    return this.#host.act({ act: name, pane: this.#view.id, person: this.#chosen, ...more });
  }

  /** @param {ChatView} chat */
  #isNews(chat) {
    const last = chat.messages.at(-1);
    return last !== undefined && last.side !== "mine" && this.#seen.get(chat.person) !== last.id;
  }

  /** @param {ChatView} chat */
  #markSeen(chat) {
    const isNews = this.#isNews(chat);
    this.#seen.set(chat.person, lastId(chat));
    if (isNews && this.#view.look === "messenger") void this.#act("read");
  }

  #showPeople() {
    const { people, additions, chats, title } = this.#view;
    const phones = this.#part(".phones");
    phones.setAttribute("aria-label", `${title}: whose phone`);
    const news = chats.map((chat) => this.#isNews(chat) && chat.person !== this.#chosen);
    refill(phones, JSON.stringify([people, news, this.#chosen]), () => [
      ...people.map(({ id, name, role }, place) => {
        const shown = role === "coordinator" && this.id === "team" ? `${name} (coordinator)` : name;
        const button = makeButton(shown, () => this.choose(id), { className: news[place] ? "news" : "" });
        button.setAttribute("aria-pressed", String(id === this.#chosen));
        button.setAttribute("aria-label", `${name}, ${role}${news[place] ? ", new messages" : ""}`);
        return button;
      }),
      ...additions.map(({ role, label }) =>
        makeButton("+", () => void this.#host.act({ act: "add", role }), { className: "add", label }),
      ),
    ]);
  }

  /** @param {ChatView} chat */
  #showPartner(chat) {
    for (const avatar of this.element.querySelectorAll(".avatar"))
      avatar.textContent = initials(chat.partner);
    this.#part(".partner-name").textContent = chat.partner;
    this.#part(".partner-note").textContent = chat.typing ? "typing…" : chat.partnerNote;
    this.#part(".block").hidden = !chat.canBlock || chat.state === "blocked" || chat.messages.length === 0;
    this.#part(".empty").hidden = chat.messages.length > 0;
    this.#part(".empty-name").textContent = chat.partner;
    this.#part(".greeting").textContent = chat.greeting || "Nothing has been written here yet.";
    this.#part(".typing").hidden = !chat.typing;
    const label = `Chat of ${this.#name} with ${chat.partner}`;
    this.#part(".log").setAttribute("aria-label", label);
    this.#part(".scroll").setAttribute("aria-label", label);
  }

  /** @param {ChatView} chat */
  #showBelow(chat) {
    const start = this.#part(".start");
    start.hidden = chat.state === "open";
    start.textContent = chat.state === "blocked" ? "Unblock" : chat.startLabel;
    const canWrite =
      chat.state === "open" || (chat.state === "not_started" && this.#view.look === "messenger");
    this.#part(".composer").hidden = !canWrite;
    this.#composer.show(chat.person, `Write as ${this.#name}`);
    this.#attachment.show(chat.attachments);
    const choices = this.#part(".choices");
    choices.hidden = chat.quickReplies.length === 0 || !canWrite;
    refill(choices, JSON.stringify([chat.person, chat.quickReplies]), () =>
      chat.quickReplies.map((label) => makeButton(label, () => void this.#act("choose", { label }))),
    );
    const menu = this.#part(".menu");
    menu.setAttribute("aria-label", `Menu for ${this.#name}`);
    refill(menu, JSON.stringify([chat.person, chat.menu]), () =>
      chat.menu.map(({ label, note, value }) => {
        const button = makeButton("", () => {
          this.#showMenu(false);
          void this.#act("menu", { value });
        });
        button.append(make("b", { text: label }), make("span", { text: note }));
        return button;
      }),
    );
    this.#part(".open-menu").hidden = chat.menu.length === 0;
    this.#part(".open-menu").setAttribute("aria-label", `Menu for ${this.#name}`);
    this.#showMenu(this.#menuOpen && canWrite && chat.menu.length > 0);
  }

  /** @param {boolean} open */
  #showMenu(open) {
    this.#menuOpen = open;
    this.#part(".menu").hidden = !open;
    this.#part(".open-menu").setAttribute("aria-expanded", String(open));
  }

  /** @param {ChatView} chat */
  #showNotes(chat) {
    const fresh = chat.notes.filter(({ id }) => !this.#notesShown.has(id)).at(-1);
    for (const { id } of chat.notes) this.#notesShown.add(id);
    if (fresh === undefined) return;
    const note = this.#part(".note");
    note.textContent = fresh.text;
    note.hidden = false;
    clearTimeout(this.#noteTimer);
    this.#noteTimer = window.setTimeout(
      () => {
        note.hidden = true;
      },
      noteFor * (fresh.alert ? 2 : 1),
    );
  }
}

/** @param {ChatView} chat */
function lastId(chat) {
  return chat.messages.at(-1)?.id ?? "";
}

/** @param {string} name */
function initials(name) {
  const words = name.split(/\s+/);
  return `${words[0]?.[0] ?? ""}${words[1]?.[0] ?? ""}`.toUpperCase();
}
