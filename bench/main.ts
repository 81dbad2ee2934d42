import { benchDatabase } from "./database.ts";
import { benchRelay } from "./relay/index.ts";

/** The benchmarks by the name that follows `npm run bench --`; without a name, the relay. */
const benches: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = {
  database: benchDatabase,
  relay: benchRelay,
};

const [first = "relay", ...rest] = process.argv.slice(2);
const [name, words] = first.startsWith("--") ? ["relay", [first, ...rest]] : [first, rest];
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench) {
  await bench(words);
  process.exit(0);
}
console.error(`npm run bench -- <name>, where the name is one of: ${Object.keys(benches).join(", ")}`);
process.exitCode = 1;
