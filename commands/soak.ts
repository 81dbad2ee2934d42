/**
 * `npm run soak -- --messages 100000 --kills 100`: how much is lost, repeated, misdelivered, out of order, late or
 * leaked when the program is killed over and over. `--break drop` or `--break swap` shows that the ledger notices.
 */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Account } from "./soak/ledger.ts";
import { soak } from "./soak/run.ts";

/** What must not be, in words; empty when the promises were kept. */
export function brokenPromises(account: Account): string[] {
  const { lost, misdelivered, outOfOrder, leaked, repeatedKnown, unmarked, repeatsOfALine } = account;
  return [
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(misdelivered > 0 ? [`${misdelivered} misdelivered`] : []),
    ...(outOfOrder > 0 ? [`${outOfOrder} out of order`] : []),
    ...(leaked > 0 ? [`${leaked} leaked`] : []),
    ...(repeatedKnown > 0 ? [`${repeatedKnown} repeated although it was known that they had arrived`] : []),
    ...(unmarked > 0 ? [`${unmarked} repeated without saying so`] : []),
    ...(repeatsOfALine > 1 ? [`${repeatsOfALine} repeats in one line after one kill`] : []),
  ];
}

/** The account as it stands at the end of the output. */
export function ledgerLines(account: Account): string[] {
  const rows: [string, number][] = [
    ["messages", account.words],
    ["kills", account.kills],
    ["lost", account.lost],
    ["duplicated, outcome known", account.repeatedKnown],
    ["duplicated, outcome unknown", account.repeatedUnknown],
    ["  of these not marked", account.unmarked],
    ["  most in one line after one kill", account.repeatsOfALine],
    ["misdelivered", account.misdelivered],
    ["out of order", account.outOfOrder],
    ["late", account.late],
    ["leaked", account.leaked],
  ];
  return rows.map(([what, count]) => `${what.padEnd(36)}${count.toLocaleString("en").padStart(12)}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      messages: { type: "string", default: "10000" },
      kills: { type: "string", default: "20" },
      talks: { type: "string" },
      break: { type: "string" },
    },
  });
  const breaking = values.break === "drop" || values.break === "swap" ? values.break : null;
  const account = await soak({
    messages: Number(values.messages),
    kills: Number(values.kills),
    ...(values.talks ? { talks: Number(values.talks) } : {}),
    breaking,
    onProgress: ({ messages, kills }) => {
      if (kills % 10 === 0) console.log(`${messages} messages, ${kills} kills`);
    },
  });
  const broken = brokenPromises(account);
  console.log(broken.length === 0 ? "every promise was kept" : `BROKEN: ${broken.join("; ")}`);
  for (const line of ledgerLines(account)) console.log(line);
  process.exit(broken.length === 0 ? 0 : 1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
