/**
 * Finding a supporter: who may be asked, in which order, and what is said while it takes long. A request always has
 * a live offer, a next date, or an alert.
 */
import { goesToPair } from "./assign.ts";
import type { Instant } from "./calendar.ts";
import { type ClosedWindow, sayClosed } from "./closed.ts";
import { change, type Draft, inPhase, mentee, openCase, say, staffOf, supporter } from "./draft.ts";
import type { Choice, Text } from "./effect.ts";
import { isOfConcern } from "./flags.ts";
import { type AnswerWindow, answerWindow } from "./hours.ts";
import type { CaseId, PersonId } from "./party.ts";
import type { Case, Offer, Phase, ThreadState } from "./state.ts";
import type { SupporterView } from "./world.ts";

type Waiting = Extract<Phase, { phase: "waiting" }>;
type Offered = Extract<Phase, { phase: "offered" }>;

const minute = 60_000;
/** A waiting thread looks around at least this often, in case nobody told it that somebody is free. */
const lookEvery = 5 * minute;
/** When somebody who waits is told the truth about it, after this time within the answer window. */
const stillAfter = [20 * minute, 45 * minute];

export const offerCard = (id: CaseId): string => `offer:${id}`;

/** A case that needs a supporter begins to wait, and looks around at once. */
export function seek(draft: Draft<ThreadState>): void {
  const open = openCase(draft);
  if (!open) return;
  open.phase = {
    phase: "waiting",
    since: draft.world.now,
    told: 0,
    openSince: null,
    lookAt: draft.world.now,
  };
  look(draft);
}

/** What can be done now for somebody who waits: offers, or the truth about when. */
export function look(draft: Draft<ThreadState>): void {
  const open = openCase(draft);
  if (!open || (open.phase.phase !== "waiting" && open.phase.phase !== "offered")) return;
  const { world } = draft;
  const window = answerWindow(world.site, world.now, world.openings);
  if (!window.open) {
    withdraw(draft, open, "closed");
    waitForOpening(draft, open, window);
    return;
  }
  const phase = open.phase;
  phase.openSince ??= world.now;
  if (phase.phase === "waiting" && goesToPair(draft, open)) return tellWaiting(draft, open);
  if (phase.phase === "waiting") offerNext(draft, open, phase, window, 0);
  else if (world.now >= phase.lookAt || phase.offers.every(({ state }) => state === "passed")) {
    offerNext(draft, open, phase, window, phase.round + 1);
  }
  tellWaiting(draft, open);
}

function waitForOpening(draft: Draft<ThreadState>, open: Case, window: ClosedWindow): void {
  const { since } = open.phase as Waiting | Offered;
  const { now } = draft.world;
  open.phase = {
    phase: "waiting",
    since,
    told: 0,
    openSince: null,
    lookAt: window.opensAt ?? now + 60 * minute,
  };
  if (open.toldOpening !== null && open.toldOpening === window.opensAt) return;
  open.toldOpening = window.opensAt;
  sayClosed(draft, window, [helpChoice]);
}

export const helpChoice: Choice = { label: { key: "button.helpNow" }, payload: "help:now" };

/** One more round of offers, or, when there is nobody left to ask, the next look. */
function offerNext(
  draft: Draft<ThreadState>,
  open: Case,
  phase: Waiting | Offered,
  window: AnswerWindow & { open: true },
  round: number,
): void {
  const { world } = draft;
  const { rounds, expiryMinutes } = world.programme.offers;
  const earlier: Offer[] = phase.phase === "offered" ? phase.offers : [];
  const size = rounds[Math.min(round, rounds.length - 1)] ?? "all";
  const asked = candidates(draft, open, earlier).slice(0, size === "all" ? undefined : size);
  for (const { id } of asked) {
    say(draft, supporter(id), offerText(draft, open), {
      choices: offerChoices(open.id),
      card: offerCard(open.id),
    });
  }
  const offers = [...earlier, ...asked.map(({ id }): Offer => ({ to: id, state: "open" }))];
  const live = offers.some(({ state }) => state === "open");
  const { since, told, openSince } = phase;
  if (!live) {
    open.phase = { phase: "waiting", since, told, openSince, lookAt: world.now + lookEvery };
    return;
  }
  // Nobody new to ask: the offers that are out stay open, and we look around again.
  const lookAt = asked.length > 0 ? world.now + expiryMinutes * minute : world.now + lookEvery;
  open.phase = {
    phase: "offered",
    since,
    told,
    openSince,
    round,
    offers,
    lookAt: Math.min(lookAt, window.closesAt),
  };
}

/**
 * What an offer says: the nickname, the language, what it is about if that is known, whether there were signs of
 * danger, and on Messenger until when an answer can be sent.
 */
export function offerText(draft: Draft<ThreadState>, open: Case): Text {
  const { topic } = open;
  const { state, world } = draft;
  const about = {
    handle: state.handle,
    minutes: world.programme.offers.expiryMinutes,
    language: { language: state.language },
  };
  let text: Text = topic
    ? { key: "offer.newAbout", with: { ...about, topic: { key: `topic.${topic}` } } }
    : { key: "offer.new", with: about };
  if (isOfConcern(open)) text = { key: "offer.inDanger", with: { offer: text } };
  const until = answerableUntil(draft);
  if (until === null) return text;
  return { key: "offer.answerableUntil", with: { offer: text, until: { time: until, as: "day_and_time" } } };
}

/** Until when Messenger lets a person answer; null where nothing ends. */
function answerableUntil({ state, world }: Draft<ThreadState>): Instant | null {
  if (state.channel !== "messenger" || world.messengerWindow === null || state.heardAt === null) return null;
  return state.heardAt + world.messengerWindow.person;
}

export function offerChoices(id: CaseId): Choice[] {
  return [
    { label: { key: "button.accept" }, payload: `offer:accept:${id}` },
    { label: { key: "button.pass" }, payload: `offer:pass:${id}` },
    { label: { key: "button.iKnowThem" }, payload: `offer:know:${id}` },
  ];
}

/**
 * Who may be asked, best first: hard rules, then the topic, who had the last talk, the
 * fewest cases, the longest idle.
 */
function candidates(draft: Draft<ThreadState>, open: Case, earlier: Offer[]): SupporterView[] {
  const { programme, supporters } = draft.world;
  const { knownBy, lastSupporter } = draft.state;
  const asked = new Set<PersonId>([...open.notAgain, ...knownBy, ...earlier.map(({ to }) => to)]);
  const again = (id: PersonId) => (id === lastSupporter ? 0 : 1);
  const { topic } = open;
  const avoided = ({ avoids }: SupporterView) => (topic && avoids.includes(topic) ? 1 : 0);
  return supporters
    .filter(
      ({ id, available, openCases, languages }) =>
        available &&
        openCases < programme.capacity &&
        languages.includes(draft.state.language) &&
        !asked.has(id),
    )
    .sort(
      (a, b) =>
        avoided(a) - avoided(b) ||
        again(a.id) - again(b.id) ||
        a.openCases - b.openCases ||
        (a.availableSince ?? 0) - (b.availableSince ?? 0),
    );
}

/** The truth about a long wait, to the mentee; and to the coordinators when nobody takes it. */
function tellWaiting(draft: Draft<ThreadState>, open: Case): void {
  const phase = open.phase;
  if ((phase.phase !== "waiting" && phase.phase !== "offered") || phase.openSince === null) return;
  const waited = draft.world.now - phase.openSince;
  if (phase.told === 0 && phase.phase === "waiting") {
    say(draft, mentee(draft), { key: "queue.noOneFree" }, { choices: [helpChoice] });
    phase.told = 1;
  } else if (phase.told === 0) {
    say(draft, mentee(draft), { key: "queue.joined" }, { choices: [helpChoice] });
    phase.told = 1;
  }
  for (const [n, after] of stillAfter.entries()) {
    if (waited < after || phase.told > n + 1) continue;
    phase.told = n + 2;
    const key = n === 0 ? "queue.still" : "queue.longWait";
    say(draft, mentee(draft), { key, with: { helplines: { helplines: "card" } } }, { choices: [helpChoice] });
    say(
      draft,
      staffOf(draft),
      {
        key: "coordinator.waitsLong",
        with: { handle: draft.state.handle, minutes: Math.round(waited / minute) },
      },
      { choices: [{ label: { key: "button.giveTo" }, payload: `staff:give:${open.id}` }] },
    );
  }
}

/** So much earlier does somebody count as waiting who wrote something that points to danger. */
const headStart = 30 * 24 * 60 * minute;

/** Where a case stands among those who wait for a supporter: signs of danger first, then the longest wait; null when it does not wait. */
export function inLineSince(open: Case): Instant | null {
  const { phase } = open;
  if (phase.phase !== "waiting") return null;
  return isOfConcern(open) ? phase.since - headStart : phase.since;
}

/** When a waiting or offered case wants to be looked at. */
export function seekingWakesAt(phase: Waiting | Offered): Instant {
  if (phase.openSince === null) return phase.lookAt;
  const after = phase.openSince === null ? undefined : stillAfter[phase.told - 1];
  if (after === undefined) return phase.lookAt;
  return Math.min(phase.lookAt, phase.openSince + after);
}

/** Not this one, not now: they are not asked again for this case. */
export function pass(draft: Draft<ThreadState>, id: CaseId, by: PersonId, knows: boolean): void {
  if (knows) neverTogether(draft, by);
  const offered = inPhase(draft, "offered", id);
  const offer = offered?.phase.offers.find(({ to, state }) => to === by && state !== "passed");
  if (!offered || !offer) return;
  offer.state = "passed";
  offered.notAgain.push(by);
  change(draft, supporter(by), offerCard(id), { key: "offer.passed", with: { handle: draft.state.handle } });
  look(draft);
}

/** They know each other: whatever comes later, this mentee is never offered to them again. */
export function neverTogether({ state }: Draft<ThreadState>, by: PersonId): void {
  if (!state.knownBy.includes(by)) state.knownBy.push(by);
}

/** Takes back offers that nobody has answered. */
export function withdraw(draft: Draft<ThreadState>, open: Case, why: "closed" | "ended"): void {
  if (open.phase.phase !== "offered") return;
  const key = why === "closed" ? "offer.withdrawnClosed" : "offer.withdrawn";
  for (const { to, state } of open.phase.offers) {
    if (state === "passed") continue;
    change(draft, supporter(to), offerCard(open.id), { key, with: { handle: draft.state.handle } });
  }
}
