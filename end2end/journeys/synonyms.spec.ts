// Words: an administrator keeps the sets of phrases that search takes as one, and everyone reads the glossary.
import { expect, test } from "@playwright/test";
import { accessible, signIn } from "../fixtures";

test("a set of phrases is added, changed, and removed after a question", async ({ browser, javaScriptEnabled }) => {
  // Both projects run against the same portal: each has phrases of its own.
  const own = javaScriptEnabled ? "scripted" : "plain";
  const daniel = await signIn(browser, "Daniel Teo", { javaScriptEnabled });
  await daniel.goto("/admin/people");
  await daniel.getByRole("link", { name: "Search synonyms" }).click();
  await daniel.getByLabel("Phrases that mean the same").fill(`${own} kopi`);
  await daniel.getByRole("button", { name: "Add set" }).click();
  await expect(daniel.getByRole("alert")).toContainText("Enter at least two different phrases");
  await daniel.getByLabel("Phrases that mean the same").fill(`${own} kopi, ${own} Coffee`);
  await daniel.getByLabel("Note (optional)").fill("Both are heard");
  await daniel.getByRole("button", { name: "Add set" }).click();
  await expect(daniel.getByText("The set was added.")).toBeVisible();

  await daniel.getByRole("link", { name: `Change the set ${own} coffee, ${own} kopi` }).click();
  if (javaScriptEnabled) await accessible(daniel);
  await daniel.getByLabel("Phrases that mean the same").fill(`${own} kopi, ${own} coffee, ${own} teh`);
  await daniel.getByRole("button", { name: "Save set" }).click();
  await expect(daniel.getByText("The set was changed.")).toBeVisible();

  const row = daniel.getByRole("row", { name: `${own} coffee, ${own} kopi, ${own} teh` });
  await row.getByRole("link", { name: "Remove" }).click();
  if (javaScriptEnabled) await accessible(daniel);
  await daniel.getByRole("link", { name: "Keep it" }).click();
  await row.getByRole("link", { name: "Remove" }).click();
  await daniel.getByRole("button", { name: "Remove set" }).click();
  await expect(daniel.getByText("The set was removed.")).toBeVisible();
  await expect(row).toHaveCount(0);
});

test("a term leads to the columns that carry it", async ({ browser, javaScriptEnabled }) => {
  const jason = await signIn(browser, "Jason Lim", { javaScriptEnabled });
  await jason.getByRole("link", { name: "Glossary", exact: true }).click();
  await jason.getByLabel("Words in a term").fill("land use");
  await jason.getByRole("button", { name: "Find", exact: true }).click();
  await jason.getByRole("link", { name: "Land use", exact: true }).click();
  await expect(jason.getByRole("heading", { level: 1 })).toHaveText("Land use");
  await jason.getByRole("region", { name: "Columns that carry it" }).getByRole("link").first().click();
  await expect(jason).toHaveURL(/\/products\/planning\.land-use-dp/);
});

test("a curator says how values are written, a steward what a column carries, and an officer sees what joins", async ({ browser, javaScriptEnabled }) => {
  const mei = await signIn(browser, "Mei Wong", { javaScriptEnabled });
  await mei.goto("/glossary/bus-stop-code");
  await mei.getByRole("link", { name: "Change the format" }).click();
  await mei.getByLabel("Pattern", { exact: true }).fill("[0-9]*");
  await mei.getByRole("button", { name: "Save format" }).click();
  await expect(mei.getByRole("alert")).toContainText("cannot stand here");
  if (javaScriptEnabled) await accessible(mei);
  await mei.getByLabel("Pattern", { exact: true }).fill("[0-9]{5}");
  await mei.getByRole("button", { name: "Save format" }).click();
  await expect(mei.getByRole("region", { name: "How its values are written" })).toContainText("[0-9]{5}");

  const jason = await signIn(browser, "Jason Lim", { javaScriptEnabled });
  await expect(async () => {
    await jason.goto("/products/ssot-a.stops-dp/schema");
    await expect(jason.getByRole("region", { name: "Shared concepts", exact: true })).toContainText("% of", { timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  const beside = jason.getByRole("region", { name: "Beside this product" });
  await expect(async () => {
    await jason.goto("/products/ssot-a.stops-dp");
    await expect(beside.getByRole("heading", { name: "Joins with" })).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 20_000 });
  await beside.getByRole("link", { name: "Bus stop code" }).first().click();
  await expect(jason.getByRole("heading", { level: 1 })).toHaveText("Bus stop code");

  const grace = await signIn(browser, "Grace Tan", { javaScriptEnabled });
  await grace.goto("/products/ssot-a.busroutes-dp");
  await grace.getByRole("link", { name: "Say which concepts columns carry" }).click();
  const row = grace.getByRole("row", { name: "routes_dataset.bus_stop_code" });
  await row.getByRole("button", { name: /^No/ }).click();
  await expect(row).toContainText("Does not carry it: Grace Tan");
  await row.getByRole("button", { name: /^Yes, it does/ }).click();
  await expect(row).toContainText("Carries it: Grace Tan");
});
