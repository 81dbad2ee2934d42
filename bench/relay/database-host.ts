/** The built-in database in a process of its own, as a server that MONGODB_URI can name; prints where it is. */
import { openEmbeddedDatabase } from "../../models/embedded/index.ts";

const [directory = ""] = process.argv.slice(2);
const { uri } = await openEmbeddedDatabase({ directory });
process.stdout.write(`${uri}\n`);
process.stdin.resume().once("end", () => process.exit());
