// The data office publishes a standard: made from a template, tried, talked over, agreed to by a second person. What does not meet one from its
// first day on stops serving; an owner mends one product and it serves again, another is let off for a while. The portal's clock is not moved
// here: that nothing stops before a day that was published weeks ahead, and everything from its midnight on, is in server/tests/portal/standards.rs.
import { expect, test, type APIResponse, type Page } from "@playwright/test";
import { accessible, signIn } from "../fixtures";
import { approve, ask, credential, endAgreements, endStandards, record } from "../steps";

const YEAR = "Restricted personal data: pseudonymised, and expiry within a year";
const COPIES = "Copies have an end";
const RETENTION = "Days within which copies must be gone";

/** What the administrator may know of, as the record says it. */
const KNOWN = "(SELECT p.id FROM visible_product((SELECT id FROM person WHERE email = 'admin.teo@example.invalid'), now()) p)";
const HIGH = "c.classification IN ('restricted', 'confidential', 'secret')";
/** Products with restricted personal data: their terms may be too long, and so may single agreements. */
const RESTRICTED = `EXISTS (SELECT FROM dataset d JOIN data_column c ON c.dataset_id = d.id WHERE d.product_id = t.product_id AND c.classified AND ${HIGH})
  AND EXISTS (SELECT FROM dataset d JOIN data_column c ON c.dataset_id = d.id WHERE d.product_id = t.product_id AND c.classified AND c.personal <> 'none')`;
const TOO_LONG = `(t.longest_days > 365 AND ${RESTRICTED})`;
/** What identifies somebody and leaves otherwise than as a pseudonym. */
const UNPROTECTED = `EXISTS (SELECT FROM dataset d JOIN data_column c ON c.dataset_id = d.id WHERE d.product_id = t.product_id AND c.personal = 'direct' AND ${HIGH}
  AND EXISTS (SELECT FROM output_port_dataset o WHERE o.dataset_id = d.id) AND column_leaves(c) AND c.technique ->> 'technique' <> 'pseudonym')`;
const LASTS_LONG = `(${RESTRICTED} AND ((a.until - interval '1 second') AT TIME ZONE 'Asia/Singapore')::date - (a.made_at AT TIME ZONE 'Asia/Singapore')::date > 365)`;

const number = (sql: string) => Number(record(`SELECT count(*) FROM ${sql}`));
const products = (where: string) => number(`data_sharing_agreement t WHERE t.product_id IN ${KNOWN} AND (${where})`);
const agreements = (where: string) =>
  number(`agreement a JOIN data_sharing_agreement t ON t.product_id = a.product_id WHERE a.state = 'active' AND t.product_id IN ${KNOWN} AND (${where})`);

/** What the page of a simulation says, held against what the record holds: how many were judged, and how many would stop. */
async function simulated(page: Page, stopping: string, alone: string): Promise<{ products: number; agreements: number }> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("What version 1 would do");
  const [all, live] = [products("true"), agreements("true")];
  const open = number(`request_part q WHERE q.state = 'submitted' AND q.product_id IN ${KNOWN}`);
  const many = (n: number, one: string, more: string) => `${n} ${n === 1 ? one : more}`;
  const judged = [many(all, "product", "products"), many(live, "agreement in force", "agreements in force")].join(", ");
  await expect(page.getByText(`${judged} and ${many(open, "open request", "open requests")} were judged`)).toBeVisible();
  const figure = (label: string) => page.locator(".figure", { has: page.getByText(label, { exact: true }) }).locator(".figure-main");
  const would = { products: products(stopping), agreements: agreements(`${stopping} OR ${alone}`) };
  await expect(figure("Products that would stop")).toHaveText(String(would.products));
  await expect(figure("Agreements concerned")).toHaveText(String(would.agreements));
  return would;
}

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

/** What was published here stops nobody afterwards, and what Jason holds is nobody's first agreement, also when a test is cut short. */
test.afterEach(() => {
  [YEAR, COPIES].forEach(endStandards);
  ["depots", "trips_by_stop"].forEach((dataset) => endAgreements(`Compare ${dataset}`));
});

async function retire(page: Page, standard: string): Promise<void> {
  await page.goto(standard);
  await page.getByLabel("Why it is retired").fill("The journey is over");
  await page.getByRole("button", { name: "Retire the standard" }).click();
  await expect(page.getByRole("status")).toContainText("retired");
}

test("the data office publishes a standard, and what does not meet it stops until it is mended or let off", async ({ browser, javaScriptEnabled, request }) => {
  test.setTimeout(300_000);
  const options = { javaScriptEnabled };
  const seen = async (page: Page) => (javaScriptEnabled === false ? undefined : accessible(page));
  const mark = Date.now().toString(36);
  // What Omar mends in this journey was mended, or let off, when it ran before.
  record("UPDATE data_sharing_agreement t SET retention_days = NULL FROM product p WHERE p.id = t.product_id AND p.address IN ('ssot-a.depots-dp', 'ssot-a.ridership-dp')");
  const jason = await signIn(browser, "Jason Lim", options);
  const grace = await signIn(browser, "Grace Tan", options);
  const daniel = await signIn(browser, "Daniel Teo", options);
  const adeline = await signIn(browser, "Adeline Ng", options);
  const omar = await signIn(browser, "Omar Rahman", options);

  // Jason reads two products.
  const reading = async (product: string, dataset: string): Promise<() => Promise<APIResponse>> => {
    const asked = await ask(jason, product, `Compare ${dataset}`);
    await expect(jason).toHaveURL(/\/requests\/[0-9a-f-]{36}/);
    await jason.waitForLoadState();
    if (await jason.getByText("Waiting for a decision").first().isVisible()) await approve(grace, asked);
    // The list may have others on the same product, and begins with terms that are to be accepted.
    await jason.goto(asked);
    await jason.getByRole("link", { name: "Open the agreement and connect" }).click();
    const { token } = await credential(jason);
    const read = () => request.get(`/api/v1/ports/${product}.output-port1.${dataset}/rows`, { headers: { authorization: `Bearer ${token}` } });
    expect((await read()).status()).toBe(200);
    return read;
  };
  const depots = await reading("ssot-a.depots-dp", "depots");
  const ridership = await reading("ssot-a.ridership-dp", "trips_by_stop");

  // Somebody who has never seen a rule: what is restricted and personal leaves as pseudonyms, and ends within a year.
  await begin(daniel, "Restricted personal data");
  await expect(daniel.getByLabel("Days at most")).toHaveValue("365");
  await expect(daniel.getByRole("checkbox", { name: "Pseudonym" })).toBeChecked();
  await daniel.getByLabel("Title", { exact: true }).fill(`${YEAR} ${mark}`);
  await seen(daniel);
  await daniel.getByRole("button", { name: "Save and see what it would do" }).click();
  const restricted = await simulated(daniel, `${TOO_LONG} OR ${UNPROTECTED}`, LASTS_LONG);
  expect(restricted.products).toBeGreaterThan(0);
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

  // Then comes one that cannot wait.
  await begin(daniel, "Required fields");
  await daniel.getByLabel("Title", { exact: true }).fill(`${COPIES} ${mark}`);
  await daniel.getByRole("checkbox", { name: RETENTION }).check();
  await daniel.getByLabel("When it is not met").selectOption({ label: "Stops serving" });
  await daniel.getByRole("button", { name: "Save and see what it would do" }).click();
  const stopping = await simulated(daniel, "t.retention_days IS NULL", "false");
  expect(stopping.agreements).toBeGreaterThanOrEqual(2);
  const simulation = daniel.url();
  await daniel.goto(`${simulation}&all=1`);
  await expect(daniel.getByRole("row", { name: /Bus depots and charging.*port stops.*nothing is said/ }).first()).toBeVisible();
  for (const title of ["Bus depots and charging", "Bus and rail trips by hour"]) {
    await expect(daniel.getByRole("row", { name: new RegExp(`${title}.*One agreement on it.*agreement stops`) }).first()).toBeVisible();
  }
  await daniel.goto(simulation);
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
  await expect(daniel.getByRole("note").filter({ hasText: "Copies were found years later" })).toBeVisible();

  for (const read of [depots, ridership]) {
    await expect(async () => expect((await read()).status()).toBe(403)).toPass({ timeout: 20_000 });
  }
  const refused = await (await depots()).json();
  expect(refused.code).toBe("agreement_held");
  expect(refused.detail).toContain(`${COPIES} ${mark}`);
  expect(refused.detail).toContain("Government data office");
  await omar.goto("/products/ssot-a.depots-dp");
  await expect(omar.getByText("Nothing is read from it now")).toBeVisible();
  await expect(omar.getByRole("link", { name: /Fill in: days within which/ }).first()).toBeVisible();
  await omar.getByRole("link", { name: "Everything that standards found" }).click();
  await seen(omar);

  // Its owner follows the link that says what to do, and fills in what is missing: it serves again with the same credential.
  await omar.goto("/products/ssot-a.depots-dp");
  await omar.getByRole("link", { name: /Fill in: days within which/ }).first().click();
  await expect(omar).toHaveURL(/\/products\/ssot-a\.depots-dp\/agreement\/edit/);
  await omar.getByLabel("Days after the end until copies are gone").fill("30");
  await omar.getByLabel("What changes, and why").fill("Copies are gone a month after the end");
  await omar.getByRole("button", { name: "See what would change" }).click();
  await omar.getByRole("button", { name: /^Publish version \d+$/ }).click();
  await expect(async () => expect((await depots()).status()).toBe(200)).toPass({ timeout: 20_000 });
  expect((await ridership()).status(), "what nobody mended still stops").toBe(403);

  // Another is let off for a while, says so, and serves again.
  await omar.goto("/products/ssot-a.ridership-dp");
  await expect(omar.getByText("Nothing is read from it now")).toBeVisible();
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
  await expect(async () => expect((await ridership()).status()).toBe(200)).toPass({ timeout: 20_000 });
  await daniel.goto("/standards/waivers");
  await seen(daniel);

  await retire(daniel, copies);
  await retire(daniel, year);
});
