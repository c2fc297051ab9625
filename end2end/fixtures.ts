// What every journey needs: signing in at the real provider, and axe on a page.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Browser, type Page } from "@playwright/test";

export type Persona = "Jason Lim" | "Siti Yusof" | "Grace Tan" | "Omar Rahman" | "Simran Kaur" | "Daniel Teo" | "Adeline Ng" | "Evelyn Chua" | "Mei Wong";

/** Signs in as one of the invented people, in a browser context of their own. */
export async function signIn(browser: Browser, persona: Persona, options: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto("/");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: persona }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Find data, and ask for it");
  return page;
}

/** Fails with what axe found on the page as it is; by all of its rules unless some are named. */
export async function accessible(page: Page, rules?: string[]): Promise<void> {
  const axe = new AxeBuilder({ page });
  const found = await (rules ? axe.withRules(rules) : axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])).analyze();
  const faults = found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(" | ")}`);
  expect(faults, page.url()).toEqual([]);
}
