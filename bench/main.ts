import { benchDatabase } from "./database.ts";

/** The benchmarks by the name that follows `npm run bench --`. */
const benches: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = {
  database: benchDatabase,
};

const [name = "", ...words] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench) await bench(words);
else {
  console.error(`npm run bench -- <name>, where the name is one of: ${Object.keys(benches).join(", ")}`);
  process.exitCode = 1;
}
