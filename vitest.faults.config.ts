import { defineConfig } from "vitest/config";

/** What goes wrong around the real program; see test/faults/README.md. */
export default defineConfig({
  test: {
    include: ["test/faults/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 30_000,
    pool: "forks",
  },
});
