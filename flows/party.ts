/** Who takes part, as the flows know them: ids that say nothing about an address. */

/** Everything between the service and one mentee. */
export type ThreadId = `t${string}`;
/** A team member: supporter, coordinator, or somebody who only wrote to the team bot. */
export type PersonId = `p${string}`;
/** A school, partner or country of the programme, with its staff group. */
export type SiteId = `s${string}`;

/** What an update is applied to. */
export type SubjectId = ThreadId | PersonId | SiteId;

/** `<thread>.<number>`: the number counts the cases of the thread. */
export type CaseId = `${ThreadId}.${number}`;

/** What the register holds a line of: a case, or a contact made elsewhere, `<person>.<number>`. */
export type RecordId = CaseId | `${PersonId}.${number}`;

/** Who says or reads something. Only `bot/` knows where they are reached. */
export type Party =
  | { role: "mentee"; thread: ThreadId }
  | { role: "supporter"; id: PersonId }
  | { role: "coordinator"; id: PersonId }
  | { role: "staff"; site: SiteId };

export function isThread(id: SubjectId): id is ThreadId {
  return id.startsWith("t");
}

export function isPerson(id: SubjectId): id is PersonId {
  return id.startsWith("p");
}

/** The thread that a case belongs to, and its number; null when the text is no case id. */
export function parseCase(text: string): { thread: ThreadId; number: number; id: CaseId } | null {
  const match = /^(t[\w-]{4,40})\.(\d{1,9})$/.exec(text);
  const [, thread, number] = match ?? [];
  if (!thread || !number) return null;
  return {
    thread: thread as ThreadId,
    number: Number(number),
    id: `${thread as ThreadId}.${Number(number)}`,
  };
}
