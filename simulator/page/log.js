import { make } from "./element.js";
import { makeMessage } from "./message.js";

/** @typedef {import("../page-server/view.ts").MessageView} MessageView */
/** @typedef {import("./message.js").MessageActions} MessageActions */

/** How far from the end somebody may have scrolled and still be taken along, in pixels. */
const nearEnd = 80;

/**
 * The messages of one chat. New ones are added and changed ones replaced, so that a screen reader says only what is
 * new.
 */
export class Log {
  /** @type {HTMLElement} */
  #list;
  /** @type {HTMLElement} */
  #scroll;
  #actions;
  /** @type {Map<string, { written: string, entry: HTMLElement }>} */
  #entries = new Map();
  /** The end is on the screen and stays there. */
  #following = true;

  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} scroll
   * @param {MessageActions} actions
   */
  constructor(list, scroll, actions) {
    this.#list = list;
    this.#scroll = scroll;
    this.#actions = actions;
    scroll.addEventListener("scroll", () => {
      const { scrollTop, scrollHeight, clientHeight } = scroll;
      this.#following = scrollHeight - scrollTop - clientHeight < nearEnd;
    });
    new ResizeObserver(() => this.#follow()).observe(scroll);
  }

  /** Forgets the chat, because another one is shown. It is not read aloud again. */
  clear() {
    this.#list.setAttribute("aria-live", "off");
    this.#list.replaceChildren();
    this.#entries.clear();
    this.#following = true;
    setTimeout(() => this.#list.setAttribute("aria-live", "polite"), 500);
  }

  /** @param {readonly MessageView[]} messages */
  show(messages) {
    /** @type {Map<string, { written: string, entry: HTMLElement }>} */
    const next = new Map();
    /** @type {MessageView | null} */
    let above = null;
    for (const message of messages) {
      if (above?.day !== message.day)
        this.#keep(next, `day ${message.day}`, message.day, () => makeDay(message.day));
      const follows =
        above?.side === message.side &&
        above.author === message.author &&
        above.showsAuthor === message.showsAuthor &&
        above.day === message.day;
      const written = JSON.stringify([message, follows]);
      this.#keep(next, message.id, written, () => makeMessage(message, follows, this.#actions));
      above = message;
    }
    for (const [id, { entry }] of this.#entries) if (!next.has(id)) entry.remove();
    this.#entries = next;
    this.#follow();
  }

  #follow() {
    if (this.#following) this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  /**
   * @param {Map<string, { written: string, entry: HTMLElement }>} next
   * @param {string} id
   * @param {string} written
   * @param {() => HTMLElement} makeEntry
   */
  #keep(next, id, written, makeEntry) {
    const before = this.#entries.get(id);
    const entry = before?.written === written ? before.entry : makeEntry();
    if (before === undefined) {
      const last = [...next.values()].at(-1)?.entry;
      if (last === undefined) this.#list.prepend(entry);
      else last.after(entry);
    } else if (before.entry !== entry) {
      replaceKeepingFocus(before.entry, entry);
    }
    next.set(id, { written, entry });
  }
}

/** @param {string} day */
function makeDay(day) {
  return make("div", { className: "day", text: day });
}

/**
 * @param {HTMLElement} old
 * @param {HTMLElement} entry
 */
function replaceKeepingFocus(old, entry) {
  const buttons = [...old.querySelectorAll("button")];
  const focused = document.activeElement;
  const place = focused instanceof HTMLButtonElement ? buttons.indexOf(focused) : -1;
  old.replaceWith(entry);
  if (place >= 0) entry.querySelectorAll("button")[place]?.focus();
}
