// The pages of finding, looked at with and without scripting, wide and on a phone, light and dark; with pictures where `PASAR_PICTURES` names a folder.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { bothSchemes, picture, signIn } from "../fixtures";

for (const width of [1280, 390]) {
  test(`finding, ${width} px`, async ({ browser, javaScriptEnabled }) => {
    test.setTimeout(120_000);
    const scripting = javaScriptEnabled !== false;
    const siti = await signIn(browser, "Siti Yusof", { javaScriptEnabled });
    await siti.setViewportSize({ width, height: 900 });
    const look = async (name: string, ...whole: Locator[]) => {
      for (const one of whole) await fits(one, width);
      await looked(siti, name, width, scripting);
    };
    const results = siti.locator("#results");
    const dengue = results.locator("a[href='/products/health.dengue-clusters-dp']");
    const apply = siti.getByRole("button", { name: "Apply filters" });

    await siti.goto("/");
    await expect(siti.getByLabel("What data do you need?")).toBeVisible();
    await look("home", siti.getByRole("heading", { level: 1 }), siti.getByRole("button", { name: "Search", exact: true }));
    await siti.getByLabel("What data do you need?").fill("bus ");
    await siti.getByLabel("What data do you need?").press("Enter");
    await expect(siti.getByRole("heading", { level: 1 })).toContainText("for “bus”");

    // A list narrowed by what stands beside it: the button does what scripting does at once.
    await siti.goto("/products?q=bus");
    await expect(results.getByRole("listitem").filter({ has: siti.getByRole("heading", { level: 2 }) }).first()).toContainText("ssot-a.");
    await look("list", siti.getByRole("heading", { level: 1 }), results.getByRole("heading", { level: 2 }).first(), apply);
    const all = await hits(siti);
    await siti.getByLabel("Source-aligned", { exact: true }).check();
    await apply.click();
    await expect(siti).toHaveURL(/type=source-aligned/);
    await expect(siti.getByRole("list", { name: "Filters that are on" })).toContainText("Type: Source-aligned");
    const narrowed = await hits(siti);
    expect(narrowed, "a filter narrows").toBeLessThan(all);
    expect(narrowed).toBeGreaterThan(0);

    await siti.goto("/products?q=bus&view=table");
    await expect(siti.getByRole("table", { name: "Products" })).toBeVisible();
    expect(await siti.getByRole("row").count()).toBeGreaterThan(1);
    await look("table", siti.locator(".table-wrap"), apply);
    await siti.getByLabel("Order", { exact: true }).selectOption("title");
    await apply.click();
    await expect(siti).toHaveURL(/sort=title/);
    await expect(siti.getByRole("table", { name: "Products" })).toBeVisible();

    // What is not there leads on.
    await siti.goto("/products?q=zzzzqqqq");
    await expect(siti.getByText("No product matches.")).toBeVisible();
    const asks = results.getByRole("link", { name: "Ask for data that does not exist yet" });
    await look("empty", siti.getByText("No product matches."), asks);
    await asks.click();
    await expect(siti).toHaveURL(/\/wanted\/new\?q=zzzzqqqq/);
    await siti.goto("/products?q=dengue&agency=nowhere");
    await expect(dengue).toHaveCount(0);
    await look("filtered-out", siti.getByText("No product matches."));
    await results.getByRole("link", { name: /^Without the filter “Agency”: \d+ products?$/ }).click();
    await expect(dengue).toBeVisible();

    await siti.goto("/products?near=560123");
    await expect(siti.getByText("Near that place or within the box: Ang Mo Kio.")).toBeVisible();
    await expect(siti.locator("svg[data-edges] .place-marked")).toHaveCount(1);
    await look("near", siti.getByRole("heading", { level: 1 }), siti.locator("svg[data-edges]"), siti.getByLabel("Within a box"));

    // A search that is kept, and let go again.
    const name = `Buses ${scripting ? "scripted" : "plain"} ${width}`;
    await siti.goto("/products?q=bus");
    await siti.getByRole("link", { name: "Save this search" }).click();
    await siti.getByLabel("Name of this search").fill(name);
    await siti.getByRole("button", { name: "Save this search" }).click();
    await siti.getByRole("link", { name: `Rename ${name}` }).click();
    await expect(siti.getByRole("heading", { level: 1 })).toHaveText(name);
    await look("saved", siti.getByRole("heading", { level: 1 }), siti.getByRole("link", { name: "Search again" }));
    await siti.getByRole("button", { name: "Remove this search" }).click();
    await expect(siti.getByText(`“${name}” is removed.`)).toBeVisible();
  });
}

/** How many products the heading of a list names. */
async function hits(page: Page): Promise<number> {
  return Number(/^[\d,]+/.exec((await page.getByRole("heading", { level: 1 }).textContent()) ?? "")?.[0].replaceAll(",", ""));
}

/** Nothing of it is outside of the window's width. */
async function fits(one: Locator, width: number): Promise<void> {
  await expect(one).toBeVisible();
  const box = await one.boundingBox();
  expect(box && box.x >= 0 && box.x + box.width <= width, `${one} at ${JSON.stringify(box)} in ${width}`).toBe(true);
}

/** Axe runs where scripting does. */
async function looked(page: Page, name: string, width: number, scripting: boolean): Promise<void> {
  if (scripting) {
    await bothSchemes(page, `finding-${name}`, width);
  } else {
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await picture(page, `finding-${name}-plain`, scheme, width);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
}
