import { defineConfig } from "vitest/config";

/** The page in a real browser: slower than the rest, and it needs Chromium on the machine. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: "forks",
    fileParallelism: false,
  },
});
