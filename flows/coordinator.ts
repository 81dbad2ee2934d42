/** What coordinators do in the staff group: invite supporters, take alerts. Membership is asked for at each press. */
import { localTime } from "./calendar.ts";
import { type Draft, say, staffOf, tellPerson, tellThread } from "./draft.ts";
import type { Choice } from "./effect.ts";
import { draftEvent, sendEvent } from "./event.ts";
import { supporterNamed } from "./give.ts";
import { goLive } from "./going-live.ts";
import { hold } from "./hold.ts";
import type { AlertAnswer, PersonInput } from "./input.ts";
import { type Party, type PersonId, parseCase } from "./party.ts";
import type { PersonState } from "./state.ts";
import { coordinatorCommandIn } from "./words.ts";

const day = 86_400_000;
const invitationLasts = 7 * day;

type Wrote = Extract<PersonInput, { input: "wrote" }>;
type Chose = Extract<PersonInput, { input: "chose" }>;

/** A command in the staff group; anything else that is written there is not for the bot. */
export function coordinatorWrote(
  draft: Draft<PersonState>,
  { content, coordinator, senderName, site }: Wrote,
): void {
  if (content.kind !== "text" || !coordinator) return;
  isCoordinator(draft, senderName, site);
  const typed = coordinatorCommandIn(content);
  if (!typed) return;
  const { command, rest } = typed;
  switch (command) {
    case "invite":
      return invite(draft);
    case "open":
      return openNow(draft, rest);
    case "suspend":
    case "remove":
      return findSupporter(draft, command, rest);
    case "block":
      return bar(draft, rest);
    case "hold":
      return hold(draft, rest);
    case "give":
      return giveNamed(draft);
    case "pair":
      return pair(draft, rest);
    case "duty":
      return duty(draft);
    case "night":
      return night(draft);
    case "flag":
    case "clear":
      return flagByHand(draft, command, rest);
    case "guardian":
      return guardianAgreed(draft);
    case "helplines":
      return say(draft, staffOf(draft), { key: "helplines.list", with: { list: { helplines: "all" } } });
    case "register":
      return sendRegister(draft, rest);
    case "event":
      return draftEvent(draft, rest);
    case "golive":
      return goLive(draft);
    case "alarmtest":
      return tryAlarm(draft);
    case "help":
      return say(draft, staffOf(draft), { key: "coordinator.help" });
    case null:
      return;
    default:
      return command satisfies never;
  }
}

/** A link that makes whoever opens it first a supporter. */
function invite(draft: Draft<PersonState>): void {
  const { world, state } = draft;
  const secret = world.random;
  const expiresAt = world.now + invitationLasts;
  state.invitations = state.invitations.filter(({ expiresAt: end }) => end > world.now);
  state.invitations.push({ role: "supporter", secret, expiresAt });
  if (world.teamLink === null) return say(draft, staffOf(draft), { key: "coordinator.inviteNoLink" });
  say(draft, staffOf(draft), {
    key: "coordinator.invite",
    with: { link: `${world.teamLink}${state.id}_${secret}`, until: { time: expiresAt, as: "date" } },
  });
}

/** The two halves of an invitation's parameter: who made it, and its secret. */
export function parseInvitation(parameter: string): { by: PersonId; secret: string } | null {
  const match = /^(p[\w-]{4,30})_([0-9a-f]{32})$/.exec(parameter);
  const [, by, secret] = match ?? [];
  return by && secret ? { by: by as PersonId, secret } : null;
}

/** Somebody opened an invitation of ours: the first one has it. */
export function redeem(draft: Draft<PersonState>, secret: string, by: PersonId): void {
  const { state, world } = draft;
  const found = state.invitations.find((invitation) => invitation.secret === secret);
  if (!found) return tellPerson(draft, by, { input: "invitation_refused", why: "unknown" });
  state.invitations = state.invitations.filter((invitation) => invitation !== found);
  if (found.expiresAt <= world.now)
    return tellPerson(draft, by, { input: "invitation_refused", why: "expired" });
  tellPerson(draft, by, { input: "invitation_valid", role: found.role, site: state.site });
}

/** The staff group's members said so just now: whoever acts there is a coordinator of its site from then on. */
function isCoordinator({ state }: Draft<PersonState>, name: string | null, site: string | undefined): void {
  state.site = site ?? state.site;
  state.coordinator ??= { name: "", onDuty: false, testedAt: null };
  state.coordinator.name = name ?? state.coordinator.name;
}

/** Not a member any more: no alert goes to them, and no button of theirs does anything. */
export function leftStaffGroup(draft: Draft<PersonState>): void {
  const { state } = draft;
  const target = parseCase(state.coordinator?.writesTo?.case ?? "");
  if (target) tellThread(draft, target.thread, { input: "coordinator_gone", by: state.id });
  state.coordinator = null;
}

/** `/open 60 exams`: open now, for so many minutes, with the reason that the others read. */
function openNow(draft: Draft<PersonState>, rest: string): void {
  const [, digits, reason] = /^(\d{1,4})\s+(\S[\s\S]{0,199})$/.exec(rest) ?? [];
  const minutes = Number(digits);
  if (!reason || minutes < 5 || minutes > 12 * 60) {
    return say(draft, staffOf(draft), { key: "coordinator.openHow" });
  }
  draft.effects.push({
    effect: "tell",
    subject: `s${draft.state.site}`,
    input: { input: "open", minutes, by: draft.state.coordinator?.name ?? "", reason },
  });
}

/** Two taps, because names are alike and it acts at once. */
function findSupporter(draft: Draft<PersonState>, what: "suspend" | "remove", name: string): void {
  const wanted = name.trim().toLowerCase();
  const found = draft.world.supporters.filter((known) => known.name.toLowerCase().startsWith(wanted));
  const choices = found.map(({ id, name: shown }): Choice => {
    return {
      label: { key: `button.${what}`, with: { name: shown.slice(0, 12) } },
      payload: `staff:${what}:${id}`,
    };
  });
  const key =
    found.length === 0 || wanted === "" ? "coordinator.whichSupporter" : (`coordinator.${what}` as const);
  const names = draft.world.supporters.map((known) => known.name).join(", ");
  say(draft, staffOf(draft), { key, with: { names } }, { choices: choices.slice(0, 8) });
}

/** `/block Blue Heron 27 7 insults`: not to supporters, for so many days. */
function bar(draft: Draft<PersonState>, rest: string): void {
  const [, , days, reason] = /^(\p{L}+ \p{L}+ \d+)\s+(\d{1,3})\s+(\S[\s\S]{0,199})$/u.exec(rest) ?? [];
  const { named } = draft.world;
  if (!reason || !named) return say(draft, staffOf(draft), { key: "coordinator.blockHow" });
  const by = draft.state.coordinator?.name ?? "";
  tellThread(draft, named, { input: "barred", days: Number(days), by, reason });
}

/** `/give Blue Heron 27`: whom to is asked with buttons. */
function giveNamed(draft: Draft<PersonState>): void {
  const { named } = draft.world;
  if (!named) return say(draft, staffOf(draft), { key: "coordinator.giveHow" });
  tellThread(draft, named, { input: "give_asked" });
}

/** `/pair Blue Heron 27 Alex`: every talk of the two is theirs; without a name the pair ends. */
function pair(draft: Draft<PersonState>, rest: string): void {
  const [, , name] = /^(\p{L}+ \p{L}+ \d+)\s*([\s\S]{0,60})$/u.exec(rest) ?? [];
  const { named } = draft.world;
  const found = name ? supporterNamed(draft, name) : null;
  if (!named || (name && !found)) {
    const names = draft.world.supporters.map((known) => known.name).join(", ");
    return say(draft, staffOf(draft), { key: "coordinator.pairHow", with: { names } });
  }
  const by = draft.state.coordinator?.name ?? "";
  tellThread(draft, named, { input: "paired", with: found?.id ?? null, name: found?.name ?? "", by });
}

/** `/flag Blue Heron 27 3 what a teacher told me` and `/clear Blue Heron 27 talked with her`. */
function flagByHand(draft: Draft<PersonState>, command: "flag" | "clear", rest: string): void {
  const { named } = draft.world;
  const [, , level, reason] = /^(\p{L}+ \p{L}+ \d+)\s+(?:([1-4])\s+)?(\S[\s\S]{0,199})$/u.exec(rest) ?? [];
  if (!named || !reason || (command === "flag") !== (level !== undefined)) {
    return say(draft, staffOf(draft), { key: `coordinator.${command}How` });
  }
  const by = draft.state.coordinator?.name ?? "";
  tellThread(draft, named, {
    input: "flagged_by_hand",
    level: level === undefined ? null : Number(level),
    by,
    reason,
  });
}

/** `/guardian Blue Heron 27`: the guardian authority agrees that they write here. */
function guardianAgreed(draft: Draft<PersonState>): void {
  const { named } = draft.world;
  if (!named) return say(draft, staffOf(draft), { key: "coordinator.guardianHow" });
  tellThread(draft, named, { input: "guardian_agreed", by: draft.state.coordinator?.name ?? "" });
}

/** `/register` or `/register 2026-11`: the register of a month as a file, without a word of a talk. */
function sendRegister(draft: Draft<PersonState>, rest: string): void {
  const { world, state } = draft;
  const month = rest === "" ? localTime(world.site.zone, world.now).date.slice(0, 7) : rest.trim();
  if (!/^20\d\d-(0[1-9]|1[0-2])$/.test(month)) {
    return say(draft, staffOf(draft), { key: "coordinator.registerHow" });
  }
  draft.effects.push({
    effect: "file",
    to: staffOf(draft),
    made: { file: "register", site: state.site, month },
    text: { key: "coordinator.register", with: { month } },
  });
}

/** Comes on duty or off; and says who is called, and who can't be. */
function duty(draft: Draft<PersonState>): void {
  const { state, world } = draft;
  const { coordinator } = state;
  if (!coordinator) return;
  coordinator.onDuty = !coordinator.onDuty;
  const others = world.coordinators
    .filter(({ id, onDuty }) => onDuty && id !== state.id)
    .map(({ name }) => name);
  const onDuty = coordinator.onDuty ? [coordinator.name, ...others] : others;
  const names = onDuty.length > 0 ? onDuty.join(", ") : ({ key: "coordinator.everybody" } as const);
  say(draft, staffOf(draft), { key: "coordinator.duty", with: { names } });
  if (coordinator.onDuty && !state.met) {
    say(draft, staffOf(draft), { key: "coordinator.startTheBot", with: { name: coordinator.name } });
  }
  const untested = world.coordinators.filter(({ tested }) => !tested).map(({ name }) => name);
  if (untested.length > 0) {
    say(draft, staffOf(draft), { key: "coordinator.untested", with: { names: untested.join(", ") } });
  }
}

/** Is called at night from now on, or no longer; and says who is, and what the programme does at night. */
function night(draft: Draft<PersonState>): void {
  const { state, world } = draft;
  const { coordinator } = state;
  if (!coordinator) return;
  const { alertsAtNight } = world.programme;
  if (alertsAtNight !== "named")
    return say(draft, staffOf(draft), { key: `coordinator.night.${alertsAtNight}` });
  coordinator.onNight = !coordinator.onNight;
  const others = world.coordinators.filter(({ id, onNight }) => onNight && id !== state.id);
  const names = [...(coordinator.onNight ? [coordinator.name] : []), ...others.map(({ name }) => name)];
  say(
    draft,
    staffOf(draft),
    names.length > 0
      ? { key: "coordinator.night.named", with: { names: names.join(", ") } }
      : { key: "coordinator.night.nobody" },
  );
  if (coordinator.onNight && !state.met) {
    say(draft, staffOf(draft), { key: "coordinator.startTheBot", with: { name: coordinator.name } });
  }
}

/** A test alarm to everybody who can be called in their own chat. */
function tryAlarm(draft: Draft<PersonState>): void {
  const { coordinators } = draft.world;
  if (coordinators.length === 0) return say(draft, staffOf(draft), { key: "coordinator.alarmTestNobody" });
  for (const { id } of coordinators) tellPerson(draft, id, { input: "alarm_test" });
  const names = coordinators.map(({ name }) => name).join(", ");
  say(draft, staffOf(draft), { key: "coordinator.alarmTestSent", with: { names } });
}

export function alarmTest(draft: Draft<PersonState>): void {
  const me: Party = { role: "coordinator", id: draft.state.id };
  const choices = [{ label: { key: "button.alarmTest" }, payload: "alert:test" } as const];
  say(draft, me, { key: "coordinator.alarmTest" }, { choices, urgent: true });
}

/** Answered: from now on the service counts on this coordinator. */
function alarmAnswered(draft: Draft<PersonState>): void {
  const { coordinator } = draft.state;
  if (!coordinator) return;
  coordinator.testedAt = draft.world.now;
  say(draft, staffOf(draft), { key: "coordinator.alarmAnswered", with: { name: coordinator.name } });
}

function isPersonId(text: string | undefined): text is PersonId {
  return /^p[\w-]{4,40}$/.test(text ?? "");
}

const answers: ReadonlySet<string> = new Set<AlertAnswer>([
  "take",
  "take_quietly",
  "read",
  "write",
  "quiet",
  "seen",
  "decline",
  "safe",
  "passed_on",
  "nothing",
]);

function isAnswer(text: string | undefined): text is AlertAnswer {
  return answers.has(text ?? "");
}

/** A button on a card in the staff group, or on its copy in a coordinator's own chat. */
export function coordinatorChose(
  draft: Draft<PersonState>,
  { payload, senderName, coordinator, where, site }: Chose,
): void {
  const [flow, action, id, version] = payload.split(":");
  const known = flow === "alert" ? action === "test" || isAnswer(action) : flow === "staff";
  if (!known) return;
  const place: Party = where === "private" ? { role: "coordinator", id: draft.state.id } : staffOf(draft);
  if (coordinator !== true) {
    if (coordinator === false) draft.state.coordinator = null;
    say(draft, place, {
      key: coordinator === null ? "coordinator.cannotCheck" : "coordinator.notMember",
    });
    return;
  }
  isCoordinator(draft, senderName, site);
  if (action === "test") return alarmAnswered(draft);
  const target = parseCase(id ?? "");
  if (flow === "staff" && action === "offer_again" && target) {
    return tellThread(draft, target.thread, { input: "offered_again", case: target.id, by: draft.state.id });
  }
  if (flow === "staff" && action === "event" && id === draft.state.id) return sendEvent(draft);
  if (flow === "staff" && action === "guardian" && target) {
    return tellThread(draft, target.thread, { input: "guardian_agreed", by: senderName ?? "" });
  }
  if (flow === "staff" && action === "give" && target) {
    if (!isPersonId(version)) return tellThread(draft, target.thread, { input: "give_asked" });
    const by = senderName ?? "";
    return tellThread(draft, target.thread, { input: "given", case: target.id, to: version, by });
  }
  if (flow === "staff" && (action === "approve" || action === "suspend" || action === "remove")) {
    const person = isPersonId(id) ? id : null;
    const input = { approve: "approved", suspend: "suspended", remove: "removed" } as const;
    if (person) tellPerson(draft, person, { input: input[action], by: senderName ?? "" });
    return;
  }
  if (!isAnswer(action) || !target || !/^\d{1,6}$/.test(version ?? "")) return;
  tellThread(draft, target.thread, {
    input: "alert_answered",
    case: target.id,
    version: Number(version),
    by: draft.state.id,
    name: senderName ?? "",
    answer: action,
  });
}
