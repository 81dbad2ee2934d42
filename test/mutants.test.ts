/** Takes each mechanism away, in a copy of the code, and sees the tests fail. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Mutant, mutants } from "./bot/mutants.ts";

const root = join(import.meta.dirname, "..");
const copied = ["adapters", "bot", "flows", "locales", "media", "models", "programmes", "simulator", "test"];

interface Verdict {
  failed: boolean;
  output: string;
}

/** Runs one test file on a copy of the code that lacks something. */
async function run(mutant: Mutant | null, file: Mutant["caughtBy"]): Promise<Verdict> {
  const copy = mkdtempSync(join(tmpdir(), "peerline-mutant-"));
  try {
    for (const folder of copied) cpSync(join(root, folder), join(copy, folder), { recursive: true });
    for (const name of ["package.json", "tsconfig.json", "vitest.config.ts"])
      cpSync(join(root, name), join(copy, name));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    if (mutant) {
      const path = join(copy, mutant.file);
      const before = readFileSync(path, "utf8");
      const parts = before.split(mutant.find);
      expect(parts.length, `what is to be taken away stands once in ${mutant.file}`).toBe(2);
      writeFileSync(path, parts.join(mutant.replace));
    }
    return await vitest(copy, `test/bot/${file}.test.ts`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function vitest(cwd: string, file: string): Promise<Verdict> {
  const program = join(root, "node_modules", "vitest", "vitest.mjs");
  const { VITEST: _, VITEST_WORKER_ID: __, ...environment } = process.env;
  const child = spawn(process.execPath, [program, "run", file, "--bail=1", "--reporter=dot"], {
    cwd,
    env: { ...environment, HISTORIES: "4", NO_COLOR: "1" },
  });
  let output = "";
  child.stdout.on("data", (data) => {
    output += String(data);
  });
  child.stderr.on("data", (data) => {
    output += String(data);
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ failed: code !== 0, output })));
}

describe("a mechanism taken away", () => {
  test("nothing taken away: the tests pass on a copy", { timeout: 120_000 }, async () => {
    const { failed, output } = await run(null, "mechanisms");
    expect(failed, output).toBe(false);
  });

  test.each(mutants)("without $without", { timeout: 180_000 }, async (mutant) => {
    const { failed, output } = await run(mutant, mutant.caughtBy);
    expect(failed, `nobody noticed:\n${output}`).toBe(true);
    // It failed because something was wrong, not because the copy does not run.
    expect(output).toMatch(/AssertionError|waited in vain|never shown|come to rest|Test timed out/);
    expect(output).not.toMatch(/SyntaxError|Transform failed|Cannot find module/);
  });
});
