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

/** Fails with what axe found on the page as it is, light and dark; with a picture of each where `PASAR_PICTURES` names a folder. */
export async function bothSchemes(page: Page, name: string, width: number): Promise<void> {
  await page.emulateMedia({ colorScheme: "light" });
  await accessible(page);
  await picture(page, name, "light", width);
  // Another scheme changes colours alone.
  await page.emulateMedia({ colorScheme: "dark" });
  await accessible(page, ["color-contrast", "link-in-text-block"]);
  await picture(page, name, "dark", width);
}

/** A picture of the page as it is, where `PASAR_PICTURES` names a folder. */
export async function picture(page: Page, name: string, scheme: "light" | "dark", width: number): Promise<void> {
  if (!process.env.PASAR_PICTURES) return;
  await page.screenshot({ path: `${process.env.PASAR_PICTURES}/${name}-${scheme}-${width}.png` });
}

/** The same wide and narrow, of a page that cannot be had again by its address; it is wide and light afterwards. */
export async function everyWay(page: Page, name: string): Promise<void> {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await bothSchemes(page, `by-doing-${name}`, width);
  }
  await page.emulateMedia({ colorScheme: "light" });
}
