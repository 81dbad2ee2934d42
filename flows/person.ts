/** One step of a team member: supporter, coordinator, or somebody who only found the team bot. */

import { caseAssigned } from "./assign.ts";
import {
  alarmTest,
  coordinatorChose,
  coordinatorWrote,
  leftStaffGroup,
  parseInvitation,
  redeem,
} from "./coordinator.ts";
import { coordinatorSays, mayNotWrite, mayWrite } from "./coordinator-case.ts";
import { type Draft, say, tellPerson, tellThread } from "./draft.ts";
import type { PersonInput, Undelivered, WhyUndelivered } from "./input.ts";
import { parseCase } from "./party.ts";
import { changeProfile } from "./profile.ts";
import { coordinatorUnreachable, tellStaffGroupUnreachable } from "./rungs.ts";
import type { PersonState } from "./state.ts";
import {
  caseAnswered,
  isSupporter,
  self,
  supporterChose,
  supporterEdited,
  supporterReacted,
  supporterWrote,
} from "./supporter.ts";
import { agreed, approved, removed, suspended, welcomeSupporter } from "./team.ts";
import { languagesOf } from "./world.ts";
import { answerWrapUp } from "./wrap-up.ts";

export function applyToPerson(draft: Draft<PersonState>, input: PersonInput): void {
  switch (input.input) {
    case "wrote":
      if (input.where === "private") met(draft);
      if (input.where === "staff_group") return coordinatorWrote(draft, input);
      if (writesWithMentee(draft, input)) return coordinatorSays(draft, input.content, input.origin);
      if (isSupporter(draft)) return supporterWrote(draft, input);
      draft.effects.push({ effect: "keep" });
      return stranger(draft);
    case "edited":
      if (isSupporter(draft)) supporterEdited(draft, input);
      return;
    case "reacted":
      if (isSupporter(draft)) supporterReacted(draft, input);
      return;
    case "chose":
      return chose(draft, input);
    case "started":
      return started(draft, input.parameter);
    case "left_staff_group":
      return leftStaffGroup(draft);
    case "staff_group_lost":
      return tellStaffGroupUnreachable(draft);
    case "removed_from_staff_group":
      return tellPerson(draft, input.member, { input: "left_staff_group" });
    case "approved":
      if (isSupporter(draft)) approved(draft, input.by);
      return;
    case "suspended":
      if (isSupporter(draft)) suspended(draft, input.by);
      return;
    case "removed":
      if (isSupporter(draft)) removed(draft, input.by);
      return;
    case "alarm_test":
      return alarmTest(draft);
    case "blocked":
      return blocked(draft);
    case "unblocked":
      return met(draft);
    case "woke":
      return;
    case "undelivered":
      return undelivered(draft, input.to, input.why);
    case "case_assigned":
      if (isSupporter(draft)) return caseAssigned(draft, input);
      return refuseAssigned(draft, input);
    case "may_write":
      return mayWrite(draft, input.case, input.handle);
    case "may_not_write":
      return mayNotWrite(draft, input.case);
    case "case_given":
    case "case_refused":
    case "case_ended":
      if (isSupporter(draft)) caseAnswered(draft, input);
      return;
    case "redeem":
      return redeem(draft, input.secret, input.by);
    case "invitation_valid":
      return welcomeSupporter(joining(draft, input.site));
    case "invitation_refused":
      return say(draft, self(draft), {
        key: input.why === "expired" ? "supporter.inviteExpired" : "supporter.inviteUsed",
      });
    default:
      return input satisfies never;
  }
}

/** Somebody becomes part of a site's team; what follows in this step is about that site. */
function joining(draft: Draft<PersonState>, id: string): Draft<PersonState> {
  const { state, world } = draft;
  const site = world.programme.sites.find((known) => known.id === id) ?? world.site;
  const there = { ...draft, world: { ...world, site } };
  const [first] = languagesOf(there.world);
  state.site = site.id;
  if (first && !languagesOf(there.world).includes(state.language)) state.language = first;
  return there;
}

/** Whoever was a supporter when the case was given may not be one any more. */
function refuseAssigned(
  draft: Draft<PersonState>,
  { case: id }: Extract<PersonInput, { input: "case_assigned" }>,
): void {
  const thread = parseCase(id)?.thread;
  if (thread) tellThread(draft, thread, { input: "passed", case: id, by: draft.state.id, knows: false });
}

/**
 * Whether words in somebody's own chat are a coordinator's for a mentee. A supporter with open talks has to reply to
 * one of the mentee's messages: otherwise it would be a guess.
 */
function writesWithMentee(
  { state }: Draft<PersonState>,
  { content, about }: Extract<PersonInput, { input: "wrote" }>,
): boolean {
  const target = state.coordinator?.writesTo;
  if (!target || (content.kind === "text" && content.text.startsWith("/"))) return false;
  return about === target.case || (about === null && (state.supporter?.cases.length ?? 0) === 0);
}

/** Who writes to us, or starts us, can be written to. */
function met({ state }: Draft<PersonState>): void {
  state.reachable = true;
  state.met = true;
}

/** Somebody who is not in the team: perhaps a mentee at the wrong door, perhaps in danger. */
function stranger(draft: Draft<PersonState>): void {
  say(draft, self(draft), { key: "common.teamOnly", with: { helplines: { helplines: "card" } } });
}

function chose(draft: Draft<PersonState>, input: Extract<PersonInput, { input: "chose" }>): void {
  if (input.where === "private") met(draft);
  if (input.where === "staff_group" || input.payload.startsWith("alert:"))
    return coordinatorChose(draft, input);
  if (!isSupporter(draft)) return stranger(draft);
  const [flow, action, id, detail] = input.payload.split(":");
  if (flow === "team" && action === "agree") return agreed(draft);
  if (flow === "profile") return changeProfile(draft, action, id);
  if (flow === "wrap") return answerWrapUp(draft, input.payload);
  const target = parseCase(id ?? "");
  if ((flow === "offer" || flow === "case") && action && target) {
    supporterChose(draft, flow, action, target.id, detail);
  }
}

function started(draft: Draft<PersonState>, parameter: string | null): void {
  met(draft);
  const invitation = parameter === null ? null : parseInvitation(parameter);
  if (invitation && !isSupporter(draft)) {
    return tellPerson(draft, invitation.by, {
      input: "redeem",
      secret: invitation.secret,
      by: draft.state.id,
    });
  }
  if (isSupporter(draft)) say(draft, self(draft), { key: "supporter.help" });
  else if (draft.state.coordinator) say(draft, self(draft), { key: "coordinator.reachable" });
  else stranger(draft);
}

function blocked(draft: Draft<PersonState>): void {
  if (draft.state.reachable) coordinatorUnreachable(draft);
  draft.state.reachable = false;
  if (!isSupporter(draft)) return;
  const { supporter, id: by } = draft.state;
  supporter.available = false;
  for (const { case: id } of supporter.cases) {
    const thread = parseCase(id)?.thread;
    if (thread) tellThread(draft, thread, { input: "supporter_gone", by });
  }
}

/** What we say to a person who can't be reached is not said again. */
function undelivered(draft: Draft<PersonState>, { reader }: Undelivered, why: WhyUndelivered): void {
  if (reader === draft.state.id) blocked(draft);
  else if (reader === "staff" && why === "blocked") tellStaffGroupUnreachable(draft);
}
