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
