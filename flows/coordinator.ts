/** What coordinators do in the staff group: invite supporters, take alerts. Membership is asked for at each press. */
import { type Draft, say, staffOf, tellPerson, tellThread } from "./draft.ts";
import type { PersonInput } from "./input.ts";
import { type PersonId, parseCase } from "./party.ts";
import type { PersonState } from "./state.ts";

const day = 86_400_000;
const invitationLasts = 7 * day;

type Wrote = Extract<PersonInput, { input: "wrote" }>;
type Chose = Extract<PersonInput, { input: "chose" }>;

/** A command in the staff group; anything else that is written there is not for the bot. */
export function coordinatorWrote(draft: Draft<PersonState>, { content, coordinator }: Wrote): void {
  if (content.kind !== "text" || !coordinator) return;
  const command = /^\/(\w+)/.exec(content.text.trim())?.[1]?.toLowerCase();
  if (command === "invite" || command === "inviter") invite(draft);
  else if (command === "help" || command === "hjelp" || command === "start")
    say(draft, staffOf(draft), { key: "coordinator.help" });
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
  tellPerson(draft, by, { input: "invitation_valid", role: found.role });
}

/** A button on a card in the staff group. */
export function coordinatorChose(
  draft: Draft<PersonState>,
  { payload, senderName, coordinator }: Chose,
): void {
  const [flow, action, id, version] = payload.split(":");
  if (flow !== "alert" || action !== "take") return;
  if (coordinator !== true) {
    say(draft, staffOf(draft), {
      key: coordinator === null ? "coordinator.cannotCheck" : "coordinator.notMember",
    });
    return;
  }
  const target = parseCase(id ?? "");
  if (!target || !/^\d{1,6}$/.test(version ?? "")) return;
  tellThread(draft, target.thread, {
    input: "alert_taken",
    case: target.id,
    version: Number(version),
    by: draft.state.id,
    name: senderName ?? "",
  });
}
