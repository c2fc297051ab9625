// A steward classifies a product that nobody has classified, publishes it, and hides a column of it from somebody who reads it.
import { expect, test, type Page } from "@playwright/test";
import { accessible, signIn } from "../fixtures";
import { ask, credential, reader } from "../steps";

/** The row of a column in the review. */
const row = (page: Page, column: string) => page.locator(`tr[aria-label="visits.${column}"]`);

test("proposals are decided, and readers get the new masks before their next read", async ({ browser, javaScriptEnabled }) => {
  test.setTimeout(120_000);
  // Both projects run against the same portal: each has a product of its own.
  const [address, number] = javaScriptEnabled ? ["ssot-a.depot-visitors-dp", "visitor_no"] : ["ssot-a.depot-contractors-dp", "guest_no"];
  const options = { javaScriptEnabled };
  const grace = await signIn(browser, "Grace Tan", options);
  await grace.goto(`/products/${address}/classify`);
  await grace.getByRole("button", { name: "Publish the product" }).click();
  await expect(grace.getByRole("alert")).toContainText(`classify these columns first: visits.${number}, visits.nric`);

  await grace.getByRole("button", { name: "Look at the data again" }).click();
  await expect(grace.getByText("8 columns are to be decided.")).toBeVisible();
  await expect(grace.getByText("The product has no classification yet")).toBeVisible();
  const nric = row(grace, "nric");
  await nric.getByText("Evidence", { exact: false }).first().click();
  await expect(nric.getByText(/of \d+ values\./).first()).toBeVisible();
  await expect(nric).not.toContainText(/[STFGM]\d{7}[A-Z]/);
  if (javaScriptEnabled) await accessible(grace);

  // Most are accepted, one is corrected, one is rejected: by keys, and by the form's own fields.
  if (javaScriptEnabled) {
    await grace.getByRole("region", { name: "Columns of visits" }).focus();
    await expect(grace.locator("#review-keys")).not.toHaveClass(/needs-script/);
    await grace.keyboard.press("ArrowDown");
    await grace.keyboard.press("r");
    await grace.keyboard.press("ArrowDown");
    await grace.keyboard.press("ArrowDown");
    await grace.keyboard.press("e");
    await expect(grace.getByLabel("Security classification").nth(3)).toBeFocused();
    await grace.keyboard.type("Confidential");
    await grace.keyboard.press("Escape");
    await grace.keyboard.press("A");
    await expect(row(grace, "nric").getByLabel("Accept")).toBeChecked();
    await grace.keyboard.press("s");
  } else {
    await row(grace, number).getByLabel("Reject").check();
    await row(grace, "mobile").getByLabel("Change", { exact: false }).check();
    await row(grace, "mobile").getByText("Levels and note").click();
    await row(grace, "mobile").getByLabel("Security classification").selectOption("confidential");
    await grace.getByLabel("Accept what is proposed for every other column shown here").check();
    await grace.getByRole("button", { name: "Confirm decisions" }).click();
  }
  await expect(grace.getByRole("status")).toContainText("8 columns were classified.");
  await expect(grace.getByText("because of visits.mobile").first()).toBeVisible();
  await grace.getByRole("link", { name: "How columns came to be what they are" }).click();
  await expect(grace.getByRole("row", { name: /visits\.mobile.*Changed/ })).toBeVisible();
  await grace.goto(`/products/${address}/classify`);
  await grace.getByRole("button", { name: "Publish the product" }).click();
  await expect(grace.getByRole("status")).toContainText("The product is published.");

  // Jason is granted at once what is not personal, and reads it.
  const jason = await signIn(browser, "Jason Lim", options);
  await ask(jason, address, "Plan opening hours of gates");
  await jason.goto("/agreements");
  await jason.getByRole("link", { name: /bus depots/ }).first().click();
  const { secret } = await credential(jason);
  const psql = await reader(jason, "Visits", secret);
  const columns = () => psql("SELECT string_agg(column_name, ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = 'visits'").trim();
  expect(columns()).toBe(`${number},depot,gate,minutes`);

  // Where somebody went in is about them after all: the next read is without it.
  await grace.goto(`/products/${address}/classify?show=all`);
  await expect(row(grace, "gate")).toContainText("1 agreement in force");
  await row(grace, "gate").getByLabel("Change", { exact: false }).check();
  await row(grace, "gate").getByText("Levels and note").click();
  await row(grace, "gate").getByLabel("Security classification").selectOption("restricted");
  await row(grace, "gate").getByLabel("Personal data").selectOption("indirect");
  await grace.getByRole("button", { name: "Confirm decisions" }).click();
  await expect(grace.getByRole("status")).toContainText("One column was classified.");
  expect(columns()).toBe(`${number},depot,minutes`);
});
