/**
 * `npm run helplines` lists the emergency numbers and helplines of every country with the date of their last check,
 * and says what is missing or has to be checked again.
 */
import { pathToFileURL } from "node:url";
import type { Instant } from "../flows/calendar.ts";
import { dueForVerification, missingEmergency } from "../flows/helplines.ts";
import { type Helpline, type Helplines, readHelplines } from "../programmes/helplines.ts";

/** What is printed, and whether everything is in order. */
export function listed(
  countries: ReadonlyMap<string, Helplines>,
  now: Instant,
): { ok: boolean; text: string } {
  const parts = [...countries].map(([country, file]) => listedCountry(country, file, now));
  const ok = parts.every((part) => part.ok);
  const end = ok
    ? "Everything that is shown was checked within the last 180 days."
    : "Call each number marked DUE, or compare it with its source; then set verifiedOn and verifiedBy in its file.";
  return { ok, text: [...parts.map((part) => part.text), end].join("\n\n") };
}

function listedCountry(country: string, file: Helplines, now: Instant): { ok: boolean; text: string } {
  const due = new Set(dueForVerification(file, now));
  const missing = country === "fallback" ? [] : missingEmergency(file);
  const lines = [
    country,
    ...file.helplines.map((helpline) => `  ${listedLine(helpline, due.has(helpline))}`),
    ...missing.map((service) => `  MISSING: nobody is called for: ${service}`),
    ...file.leftOut.map((reason) => `  left out: ${reason}`),
  ];
  return { ok: due.size === 0 && missing.length === 0, text: lines.join("\n") };
}

function listedLine(helpline: Helpline, isDue: boolean): string {
  const { id, kind, phone, sms, chatUrl, website, verifiedOn, verifiedBy, confidence } = helpline;
  const reached = [phone, sms && `sms ${sms}`, chatUrl, website].filter(Boolean).join(", ");
  const checked = verifiedOn === null ? "never checked, not shown" : `${verifiedOn} by ${verifiedBy}`;
  return `${isDue ? "DUE  " : ""}${id} (${kind}): ${reached}; ${checked}; confidence ${confidence}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { ok, text } = listed(readHelplines(), Date.now());
  process.stdout.write(`${text}\n`);
  process.exitCode = ok ? 0 : 1;
}
