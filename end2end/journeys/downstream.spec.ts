// An upstream product gains a personal column; whoever takes from it without a policy is flagged and stops serving, until it is mended.
import { expect, test, type Page } from "@playwright/test";
import { signIn } from "../fixtures";
import { approve, ask, credential, record } from "../steps";

/** What the agency of bus stops writes into its document: who reported a stop. */
const gains = () =>
  record(`INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
          SELECT gen_random_uuid(), d.id, 99, 'reported_by', 'text', true, false, 'restricted', 'sensitive-normal', 'direct'
          FROM dataset d JOIN product p ON p.id = d.product_id WHERE p.address = 'ssot-a.stops-dp' ORDER BY d.position LIMIT 1`);
const loses = () =>
  record(`DELETE FROM data_column c USING dataset d, product p WHERE c.dataset_id = d.id AND p.id = d.product_id AND p.address = 'ssot-a.stops-dp' AND c.name = 'reported_by'`);

async function say(page: Page, standard: string, reason: string): Promise<void> {
  await page.goto("/admin/flows");
  await page.getByLabel("What is done").selectOption({ label: standard });
  await page.getByLabel("Why").fill(reason);
  await page.getByRole("button", { name: "Change" }).click();
  await expect(page.getByText("Changed. Products are looked at again")).toBeVisible();
}

test("personal data that flows downstream without a policy stops there", async ({ browser, javaScriptEnabled, request }) => {
  test.setTimeout(120_000);
  const options = { javaScriptEnabled };
  loses();
  const jason = await signIn(browser, "Jason Lim", options);
  const asked = await ask(jason, "ssot-a.punctuality-dp", "Compare services");
  if (await jason.getByText("Waiting for a decision").first().isVisible()) {
    await approve(await signIn(browser, "Grace Tan", options), asked);
  }
  await jason.goto("/agreements");
  await jason.getByRole("link", { name: "Punctuality of bus services" }).first().click();
  const agreement = jason.url();
  const { token } = await credential(jason);
  const read = () => request.get("/api/v1/ports/ssot-a.punctuality-dp.output-port1.by_stop/rows", { headers: { authorization: `Bearer ${token}` } });
  expect((await read()).status()).toBe(200);

  const daniel = await signIn(browser, "Daniel Teo", options);
  await say(daniel, "Flag it, and stop serving the product", "Decided by the data office");
  gains();
  const omar = await signIn(browser, "Omar Rahman", options);
  await expect(async () => {
    await omar.goto("/flows");
    await expect(omar.getByRole("row", { name: /Punctuality of bus services.*Bus stops.*Personal, direct/ }).first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await expect(async () => {
    await omar.goto("/notices");
    await expect(omar.getByText("Personal data comes into Punctuality of bus services without a policy for it.").first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await omar.goto("/products/ssot-a.punctuality-dp");
  await expect(omar.getByText("Personal data comes in without a policy.")).toBeVisible();

  // Where it comes from is on the tab, with what it carries: as a row, and as a box that leads on.
  await omar.goto("/products/ssot-a.punctuality-dp/lineage?direction=up");
  await expect(omar.getByRole("row", { name: /Bus stops stops.*1 step before.*Personal, direct/ })).toBeVisible();
  const box = omar.getByRole("region", { name: "Drawing of the graph" }).getByRole("link", { name: /Bus stops/ }).first();
  await expect(box).toContainText("Personal, direct");
  await expect(box).toHaveAttribute("href", "/products/ssot-a.stops-dp/lineage");
  // And what a change of it would touch has the product that stops.
  await omar.goto("/products/ssot-a.stops-dp/lineage?direction=down");
  await expect(omar.getByRole("table", { name: "This product and what comes after it" })).toContainText("Punctuality of bus services");

  await expect(async () => expect((await read()).status()).toBe(403)).toPass({ timeout: 15_000 });
  const refused = await (await read()).json();
  expect(refused.code).toBe("agreement_held");
  expect(refused.detail).toContain("Omar Rahman");
  await jason.goto(agreement);
  await expect(jason.getByText("nothing says how it is protected")).toBeVisible();

  loses();
  await expect(async () => expect((await read()).status()).toBe(200)).toPass({ timeout: 15_000 });
  await expect(async () => {
    await omar.goto("/products/ssot-a.punctuality-dp");
    await expect(omar.getByText("Personal data comes in without a policy.")).toHaveCount(0, { timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await say(daniel, "Flag it to both owners", "The journey is over");
});
