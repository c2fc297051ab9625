// Finding: an officer comes from everyday words to the right product, narrows, keeps a search, and asks for what is missing.
import { expect, test } from "@playwright/test";
import { accessible, signIn } from "../fixtures";

test("everyday words, filters and an address that can be sent", async ({ browser, javaScriptEnabled }) => {
  const jason = await signIn(browser, "Jason Lim", { javaScriptEnabled });
  await jason.goto("/");
  await jason.getByLabel("What data do you need?").fill("buss routs ");
  await jason.getByRole("button", { name: "Search", exact: true }).click();
  await expect(jason.getByRole("heading", { level: 1 })).toContainText("for “buss routs”");
  const first = jason.getByRole("listitem").filter({ has: jason.getByRole("heading", { level: 2 }) }).first();
  await expect(first).toContainText("ssot-a.busroutes-dp");
  await first.getByText("Why this result").click();
  await expect(first).toContainText("is in the title");

  await jason.goto("/products");
  await jason.getByLabel("Aggregated").check();
  if (!javaScriptEnabled) await jason.getByRole("button", { name: "Apply filters" }).click();
  await expect(jason).toHaveURL(/type=aggregated/);
  await expect(jason.getByRole("list", { name: "Filters that are on" })).toContainText("Type: Aggregated");
  const heading = await jason.getByRole("heading", { level: 1 }).textContent();
  const sent = await signIn(browser, "Grace Tan", { javaScriptEnabled });
  await sent.goto(jason.url());
  await expect(sent.getByRole("heading", { level: 1 })).toHaveText(heading ?? "");
  await jason.getByLabel("Show as").selectOption("table");
  if (!javaScriptEnabled) await jason.getByRole("button", { name: "Apply filters" }).click();
  await expect(jason.getByRole("table")).toBeVisible();
  if (javaScriptEnabled) await accessible(jason);
  await jason.getByRole("link", { name: "Type: Aggregated, remove" }).click();
  await expect(jason.getByRole("list", { name: "Filters that are on" })).toHaveCount(0);
});

test("the keyboard alone leads from a few letters to a product", async ({ browser, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, "suggestions need scripting; without it the form is submitted, as the test above does");
  const jason = await signIn(browser, "Jason Lim");
  await jason.goto("/");
  const box = jason.getByRole("combobox", { name: "What data do you need?" });
  await box.focus();
  await jason.keyboard.type("bus rou");
  await expect(jason.getByRole("option").first()).toBeVisible();
  await accessible(jason);
  await jason.keyboard.press("ArrowDown");
  await expect(jason.getByRole("option").first()).toHaveAttribute("aria-selected", "true");
  await expect(box).toHaveAttribute("aria-activedescendant", /suggestions-0$/);
  await jason.keyboard.press("Escape");
  await expect(jason.getByRole("option")).toHaveCount(0);
  await jason.keyboard.type("t");
  await jason.keyboard.press("ArrowDown");
  await expect(jason.getByRole("option").first()).toBeVisible();
  await jason.keyboard.press("ArrowDown");
  await expect(jason.getByRole("option", { selected: true })).toHaveCount(1);
  await jason.keyboard.press("Enter");
  await expect(jason).toHaveURL(/\/products\/ssot-a\.busroutes-dp$/);
});

test("a search is kept, and data that does not exist is asked for", async ({ browser, javaScriptEnabled }) => {
  const jason = await signIn(browser, "Jason Lim", { javaScriptEnabled });
  const own = javaScriptEnabled ? "scripted" : "plain";
  await jason.goto("/products?q=dengue");
  await jason.getByRole("link", { name: "Save this search" }).click();
  await jason.getByLabel("Name of this search").fill(`Dengue ${own}`);
  await jason.getByRole("button", { name: "Save this search" }).click();
  await expect(jason.getByRole("link", { name: `Dengue ${own}`, exact: true })).toBeVisible();
  await jason.goto(`/products?q=zzqqxx+wwkkvv`);
  await expect(jason.getByText("No product matches.")).toBeVisible();
  await jason.getByRole("link", { name: "Ask for data that does not exist yet" }).click();
  await expect(jason.getByRole("heading", { level: 1 })).toBeVisible();
  if (javaScriptEnabled) await accessible(jason);
});
