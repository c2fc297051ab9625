// The data office publishes a standard: made from a template, tried, talked over, agreed to by a second person. On its first day what does not meet
// it stops serving; an owner mends one product and it serves again, another is let off for a while.
import { expect, test, type Page } from "@playwright/test";
import { accessible, signIn } from "../fixtures";
import { approve, ask, credential, record } from "../steps";

const RETENTION = "Days within which copies must be gone";

/** The form of a template, opened from the list of standards. */
async function begin(page: Page, template: string): Promise<void> {
  await page.goto("/standards");
  await page.getByRole("link", { name: "New standard" }).click();
  await page.getByRole("link", { name: template }).click();
}

/** Another administrator reads what was sent to them, and agrees. */
async function agree(adeline: Page, address: string): Promise<void> {
  await adeline.goto(address);
  await adeline.getByRole("button", { name: "Agree to publish" }).click();
  await expect(adeline.getByText("agreed that it is published").first()).toBeVisible();
}

async function retire(page: Page, standard: string): Promise<void> {
  await page.goto(standard);
  await page.getByLabel("Why it is retired").fill("The journey is over");
  await page.getByRole("button", { name: "Retire the standard" }).click();
  await expect(page.getByRole("status")).toContainText("retired");
}

test("the data office publishes a standard, and what does not meet it stops until it is mended or let off", async ({ browser, javaScriptEnabled, request }) => {
  test.setTimeout(240_000);
  const options = { javaScriptEnabled };
  const seen = async (page: Page) => (javaScriptEnabled === false ? undefined : accessible(page));
  const mark = Date.now().toString(36);
  record("UPDATE data_sharing_agreement t SET retention_days = NULL FROM product p WHERE p.id = t.product_id AND p.address IN ('ssot-a.depots-dp', 'ssot-a.ridership-dp')");
  const jason = await signIn(browser, "Jason Lim", options);
  const grace = await signIn(browser, "Grace Tan", options);
  const daniel = await signIn(browser, "Daniel Teo", options);
  const adeline = await signIn(browser, "Adeline Ng", options);
  const omar = await signIn(browser, "Omar Rahman", options);

  // Somebody who has never seen a rule: three presses to what it would do, two more to a date.
  await begin(daniel, "Longest agreement");
  await expect(daniel.getByLabel("Days at most")).toHaveValue("365");
  await daniel.getByLabel("Title", { exact: true }).fill(`Restricted personal data: expiry within a year ${mark}`);
  await seen(daniel);
  await daniel.getByRole("button", { name: "Save and see what it would do" }).click();
  await expect(daniel.getByRole("heading", { level: 1 })).toHaveText("What version 1 would do");
  await expect(daniel.getByText(/agreements? in force and \d+ open requests? were judged/)).toBeVisible();
  await seen(daniel);
  const csv = await daniel.getByRole("link", { name: "Export" }).getAttribute("href");
  expect(csv).toContain("/simulate.csv?version=1");
  const share = (await daniel.getByRole("link", { name: "Address to share" }).getAttribute("href")) ?? "";
  await daniel.getByRole("link", { name: "Go on to publishing" }).click();
  const year = daniel.url().replace(/\/1#next$/, "");
  await daniel.getByRole("button", { name: "Open consultation" }).click();
  await expect(daniel.getByText("Open for consultation").first()).toBeVisible();

  // Anybody says what it would mean; whoever keeps it answers.
  await omar.goto(year);
  await omar.getByLabel("Your comment").fill("Our roster is needed for two years");
  await omar.getByRole("button", { name: "Comment" }).click();
  await expect(omar.getByText("Our roster is needed for two years")).toBeVisible();
  await seen(omar);
  await daniel.goto(year);
  await daniel.getByLabel(/^Answer/).fill("It is renewed in one press each year");
  await daniel.getByRole("button", { name: "Answer" }).click();
  await expect(daniel.getByText("It is renewed in one press each year")).toBeVisible();

  await agree(adeline, share);
  await daniel.goto(year);
  await daniel.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(daniel.getByText("Published, not in force yet").first()).toBeVisible();
  await seen(daniel);

  // Jason reads; then comes a standard that cannot wait.
  await approve(grace, await ask(jason, "ssot-a.depots-dp", "Compare depots"));
  await jason.goto("/agreements");
  await jason.getByRole("row", { name: /In force/ }).getByRole("link", { name: "Bus depots and charging" }).first().click();
  const { token } = await credential(jason);
  const read = () => request.get("/api/v1/ports/ssot-a.depots-dp.output-port1.depots/rows", { headers: { authorization: `Bearer ${token}` } });
  expect((await read()).status()).toBe(200);

  await begin(daniel, "Required fields");
  await daniel.getByLabel("Title", { exact: true }).fill(`Copies have an end ${mark}`);
  await daniel.getByRole("checkbox", { name: RETENTION }).check();
  await daniel.getByLabel("When it is not met").selectOption({ label: "Stops serving" });
  await daniel.getByRole("button", { name: "Save and see what it would do" }).click();
  await expect(daniel.getByRole("row", { name: /Bus depots and charging.*port stops.*nothing is said/ }).first()).toBeVisible();
  const urgent = (await daniel.getByRole("link", { name: "Address to share" }).getAttribute("href")) ?? "";
  await daniel.getByRole("link", { name: "Go on to publishing" }).click();
  const copies = daniel.url().replace(/\/1#next$/, "");
  await agree(adeline, urgent);
  await daniel.goto(copies);
  const today = new Date().toLocaleDateString("en-CA", { timeZone: "Asia/Singapore" });
  await daniel.getByLabel("First day").fill(today);
  await daniel.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(daniel.getByRole("alert")).toContainText("Those whom it concerns get 30 days");
  await daniel.getByLabel("First day").fill(today);
  await daniel.getByRole("checkbox", { name: /It cannot wait/ }).check();
  await daniel.getByLabel("Why it is urgent").fill("Copies were found years later");
  await daniel.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(daniel.getByText("Copies were found years later")).toBeVisible();

  await expect(async () => expect((await read()).status()).toBe(403)).toPass({ timeout: 20_000 });
  const refused = await (await read()).json();
  expect(refused.code).toBe("agreement_held");
  expect(refused.detail).toContain(`Copies have an end ${mark}`);
  expect(refused.detail).toContain("Government data office");
  await omar.goto("/products/ssot-a.depots-dp");
  await expect(omar.getByText("Nothing is read from it now")).toBeVisible();
  await expect(omar.getByRole("link", { name: /Fill in: days within which/ }).first()).toBeVisible();
  await omar.getByRole("link", { name: "Everything that standards found" }).click();
  await seen(omar);

  // Mended, it serves again with the same credential.
  record("UPDATE data_sharing_agreement t SET retention_days = 30 FROM product p WHERE p.id = t.product_id AND p.address = 'ssot-a.depots-dp'");
  await expect(async () => expect((await read()).status()).toBe(200)).toPass({ timeout: 20_000 });

  // Another is let off for a while, and says so.
  await daniel.goto(copies);
  await daniel.getByLabel("Product", { exact: true }).fill("ssot-a.ridership-dp");
  await daniel.getByLabel("Until", { exact: true }).fill(today);
  await daniel.getByLabel("Why, and what is being done meanwhile").fill("Its terms are being written");
  await daniel.getByRole("button", { name: "Let it off" }).click();
  await expect(daniel.getByRole("status")).toContainText("let off");
  await expect(async () => {
    await omar.goto("/products/ssot-a.ridership-dp");
    await expect(omar.getByText("Its terms are being written").first()).toBeVisible({ timeout: 500 });
    await expect(omar.getByText("Nothing is read from it now")).toHaveCount(0, { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await daniel.goto("/standards/waivers");
  await seen(daniel);

  await retire(daniel, copies);
  await retire(daniel, year);
});
