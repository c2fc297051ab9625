// "Restricted personal data: expiry within a year" made, tried and published from a template with nothing typed, every press and every key
// counted: docs/standards.md says these numbers.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { signIn } from "../fixtures";
import { endStandards } from "../steps";

const TITLE = "Restricted personal data: expiry within a year";
/** Seconds of the keystroke-level model: a key, a press of the mouse with its way there, a scroll with its way, and making up one's mind before each page. */
const KEY = 0.28, PRESS = 1.1 + 0.2, SCROLL = 1.1 + 2, MIND = 1.35;
const MINUTES = 3 * 60;
/** What reading the form and what it would do is given of these three minutes. */
const READING = 2 * 60;

const places = (page: Page) => page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Standards" });
const heading = (page: Page) => page.getByRole("heading", { level: 1 });

/** What the other administrator does with the address that was sent: it is opened with one press, and agreed to with another. */
async function agreed(adeline: Page, address: string): Promise<number> {
  await adeline.goto(address);
  await adeline.getByRole("button", { name: "Agree to publish" }).click();
  await expect(adeline.getByText("agreed that it is published").first()).toBeVisible();
  return 2;
}

async function retire(page: Page): Promise<void> {
  await expect(page.getByText("Published, not in force yet").first()).toBeVisible();
  await page.getByLabel("Why it is retired").fill("It was made to count");
  await page.getByRole("button", { name: "Retire the standard" }).click();
  await expect(page.getByRole("status")).toContainText("retired");
}

/** Everything is filled in, and nothing has to be changed. */
async function filled(page: Page): Promise<void> {
  await expect(page.getByLabel("Days at most")).toHaveValue("365");
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue(new RegExp(`^${TITLE}( \\(\\d+\\))?$`));
  await expect(page.getByLabel("Who answers for it")).toHaveValue("Government data office (sample)");
  await expect(page.getByLabel("Mailbox")).toHaveValue("admin.teo@example.invalid");
}

async function sent(page: Page): Promise<string> {
  return (await page.getByRole("link", { name: "Address to share" }).getAttribute("href")) ?? "";
}

async function byPointer(page: Page, adeline: Page): Promise<{ presses: number; scrolls: number; others: number }> {
  let presses = 0, scrolls = 0;
  const click = async (target: Locator) => {
    const inSight = await target.evaluate((element) => {
      const box = element.getBoundingClientRect();
      return box.top >= 0 && box.bottom <= window.innerHeight;
    });
    if (!inSight) {
      scrolls += 1;
      await target.evaluate((element) => element.scrollIntoView({ block: "center" }));
    }
    presses += 1;
    await target.click();
  };
  await page.goto("/");
  await click(places(page));
  await click(page.getByRole("link", { name: "New standard" }));
  await click(page.getByRole("link", { name: "Longest agreement" }));
  await filled(page);
  await click(page.getByRole("button", { name: "Save and see what it would do" }));
  await expect(heading(page)).toHaveText("What version 1 would do");
  const address = await sent(page);
  await click(page.getByRole("link", { name: "Go on to publishing" }));
  await expect(heading(page)).toContainText(TITLE);
  const others = await agreed(adeline, address);
  // The same page once more, which says by then that the other one agreed.
  presses += 1;
  await page.reload();
  await click(page.getByRole("button", { name: "Publish", exact: true }));
  await retire(page);
  return { presses, scrolls, others };
}

async function byKeys(page: Page, adeline: Page): Promise<number> {
  let keys = 0;
  const press = async (key: string) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  /** Past the header: the first stop of a page leads to its content. */
  const skip = async () => {
    await press("Tab");
    if (await page.evaluate(() => document.activeElement?.classList.contains("skip-link") ?? false)) await press("Enter");
  };
  const reach = async (target: Locator) => {
    for (let stops = 0; !(await target.evaluate((element) => element === document.activeElement)); stops += 1) {
      expect(stops, "it is reached").toBeLessThan(40);
      await press("Tab");
    }
  };
  await page.goto("/");
  await reach(places(page));
  await press("Enter");
  await expect(heading(page)).toHaveText("Standards");
  await skip();
  await reach(page.getByRole("link", { name: "New standard" }));
  await press("Enter");
  await expect(heading(page)).toHaveText("New standard");
  await skip();
  await reach(page.getByRole("link", { name: "Longest agreement" }));
  await press("Enter");
  await filled(page);
  await skip();
  // A form is sent with Enter from its first field.
  await reach(page.getByLabel("Days at most"));
  await press("Enter");
  await expect(heading(page)).toHaveText("What version 1 would do");
  const address = await sent(page);
  await skip();
  await reach(page.getByRole("link", { name: "Go on to publishing" }));
  await press("Enter");
  await expect(heading(page)).toContainText(TITLE);
  await agreed(adeline, address);
  keys += 1;
  await page.reload();
  await skip();
  await reach(page.getByRole("button", { name: "Publish", exact: true }));
  await press("Enter");
  await retire(page);
  return keys;
}

// What was published is retired with the same presses as it would be by people; a test that is cut short leaves nothing either.
test.afterEach(() => endStandards(TITLE));

test("a standard is made, tried and published from a template within three minutes", async ({ browser }) => {
  test.setTimeout(120_000);
  const daniel = await signIn(browser, "Daniel Teo");
  const adeline = await signIn(browser, "Adeline Ng");
  const { presses, scrolls, others } = await byPointer(daniel, adeline);
  const keys = await byKeys(daniel, adeline);
  const pages = 6;
  const [pointer, keyboard] = [presses * PRESS + scrolls * SCROLL + pages * MIND, keys * KEY + pages * MIND];
  console.log(`${presses} presses and ${scrolls} scrolls, ${pointer.toFixed(0)} s; ${keys} keys, ${keyboard.toFixed(0)} s; ${others} presses by the other`);
  expect([presses, others]).toEqual([7, 2]);
  expect(scrolls).toBeLessThanOrEqual(5);
  expect(keys).toBeLessThanOrEqual(90);
  expect(Math.max(pointer, keyboard) + READING).toBeLessThan(MINUTES);
});
