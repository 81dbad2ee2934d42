/** What must be true before a mentee is let in, in the words of a technician. */
import { metNeeds, type Need, needs } from "../flows/going-live.ts";
import type { Readiness } from "../flows/world.ts";

/** One thing that must be true; `todo` says what to do while it is not. */
export interface Check {
  what: string;
  ok: boolean;
  todo: string;
}

const words: Record<Need, (readiness: Readiness, country: string) => Omit<Check, "ok">> = {
  channels: ({ channels }) => {
    const refusing = channels.filter(({ answers }) => !answers).map(({ name }) => name);
    return {
      what: "Channels are configured and take our tokens",
      todo:
        refusing.length === 0
          ? "Set TELEGRAM_TEAM_TOKEN and the rest in .env, as the README says under “Going live”."
          : `Check the token of ${refusing.join(" and ")} in .env, and that this machine reaches the internet.`,
    };
  },
  address: ({ reachable }) => ({
    what:
      reachable === null ? "No public address is needed" : "The public address answers, with a certificate",
    todo: "Start Peerline and its TLS proxy, and open ports 80 and 443; PUBLIC_URL must lead to it.",
  }),
  staffGroup: ({ staffGroup }) => ({
    what: "The staff group is known, and we may write there",
    todo:
      staffGroup === "unreachable"
        ? "Add the team bot to the staff group again, as an administrator."
        : "Add the team bot to the staff group as an administrator, and write there what npm run claim prints.",
  }),
  coordinators: ({ testedCoordinators: tested }) => ({
    what: `Two coordinators can be called in their own chat, and have answered a test alarm (now: ${tested})`,
    todo: "Each coordinator: /duty in the staff group, then Start in the team bot's chat; then /alarmtest, and press.",
  }),
  supporter: () => ({
    what: "A supporter has promised confidentiality and is trained",
    todo: "Write /invite in the staff group; after interview and training press “Trained, let begin”.",
  }),
  hours: () => ({
    what: "The hours are decided",
    todo: "Write the hours of your site into the programme's file.",
  }),
  emergencyNumbers: (_, country) => ({
    what: "Your country's emergency numbers are there",
    todo: `Write programmes/helplines/${country}.json, as CONTRIBUTING says under “a helpline”.`,
  }),
  helplines: () => ({
    what: "Every helpline that is shown was checked in the last 180 days",
    todo: "npm run helplines says which are due: call them, then set verifiedOn and verifiedBy.",
  }),
  texts: () => ({
    what: "Every text is there in every language of the programme",
    todo: "Complete locales/, and the reasons of closures in the programme's file.",
  }),
};

/** What must be true, whether it is, and what to do. */
export function checksOf(readiness: Readiness, country: string): Check[] {
  const met = metNeeds(readiness);
  return needs.map((need) => ({ ...words[need](readiness, country), ok: met[need] }));
}
