import { find, makeButton, refill } from "./element.js";

/** @typedef {import("../page-server/view.ts").ClockView} ClockView */

/** The simulator's clock in the bar: it goes on by itself when it ticks, and the buttons move it forward. */
export class ClockBar {
  #time = find(document, "#clock", HTMLTimeElement);
  #moves = find(document, "#moves", HTMLElement);
  #onMove;
  /** @type {ClockView | null} */
  #view = null;
  #since = 0;

  /** @param {(to: string) => void} onMove */
  constructor(onMove) {
    this.#onMove = onMove;
    setInterval(() => this.#write(), 1000);
  }

  /** @param {ClockView} view */
  update(view) {
    this.#view = view;
    this.#since = performance.now();
    refill(this.#moves, JSON.stringify(view.moves), () =>
      view.moves.map(({ id, label }) => makeButton(label, () => this.#onMove(id), { className: "plain" })),
    );
    this.#write();
  }

  #write() {
    if (this.#view === null) return;
    const { now, zone, ticking } = this.#view;
    const date = new Date(now + (ticking ? performance.now() - this.#since : 0));
    const show = (/** @type {Intl.DateTimeFormatOptions} */ options) =>
      new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone }).format(date);
    const clock = show({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const text = `${show({ weekday: "long" })} ${clock}`;
    if (this.#time.textContent !== text) this.#time.textContent = text;
    this.#time.dateTime = date.toISOString();
    this.#time.title = `${show({ dateStyle: "full" })}, ${zone}`;
  }
}
