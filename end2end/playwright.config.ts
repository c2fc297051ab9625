import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

const chromium = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const root = process.getuid?.() === 0;

// Everything runs against a portal that is already serving; `cargo xtask test` starts one.
export default defineConfig({
  testDir: ".",
  workers: 1,
  retries: 0,
  timeout: 60_000,
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    channel: undefined,
    baseURL: process.env.PASAR_BASE_URL,
    locale: "en-GB",
    timezoneId: "Asia/Singapore",
    launchOptions: {
      executablePath: chromium,
      args: [...(root ? ["--no-sandbox"] : []), "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
    },
  },
  projects: [
    { name: "scripting", testMatch: ["journeys/*.spec.ts", "pages/*.spec.ts", "tools/*.spec.ts"] },
    { name: "plain", testMatch: ["journeys/*.spec.ts", "pages/finding.spec.ts"], use: { javaScriptEnabled: false } },
  ],
});
