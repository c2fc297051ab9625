// A promise is declared, measured by a pipeline, and broken: its budget burns, whoever uses the data is told, the product says so, the sector's audit lists it, and one that its curator plans follows it up.
import { expect, test, type Page } from "@playwright/test";
import { accessible, signIn } from "../fixtures";
import { approve, ask, record } from "../steps";

const address = "ssot-a.punctuality-dp";
const product = `/products/${address}`;
const day = 24 * 3600 * 1000;

test("freshness misses its objective, and everybody who should know learns of it", async ({ browser, javaScriptEnabled, request }) => {
  test.setTimeout(180_000);
  const options = { javaScriptEnabled };
  const seen = async (page: Page) => (javaScriptEnabled === false ? undefined : accessible(page));
  const promise = `Yesterday by ten, watched since ${Date.now()}`;
  const jason = await signIn(browser, "Jason Lim", options);
  const asked = await ask(jason, address, "Compare services");
  if (await jason.getByText("Waiting for a decision").first().isVisible()) {
    await approve(await signIn(browser, "Grace Tan", options), asked);
  }

  // Omar, who owns the domain, promises, and makes a token for the pipeline.
  const omar = await signIn(browser, "Omar Rahman", options);
  await omar.goto(`${product}/service-levels`);
  await omar.getByRole("link", { name: "Declare a service level" }).click();
  await omar.getByLabel("About", { exact: true }).selectOption({ label: "Freshness" });
  await omar.getByLabel("What readers can rely on").fill(promise);
  await omar.getByLabel("Quantity").selectOption({ label: "What a tool or a person reports" });
  await omar.getByLabel("A measurement is good when it is").selectOption({ label: "at most" });
  await omar.getByLabel("this number").fill("34");
  await omar.getByLabel("Share of periods that must be good, in %").fill("90");
  await omar.getByRole("button", { name: "Declare" }).click();
  await expect(omar.getByRole("heading", { level: 1 })).toHaveText(promise);
  await expect(omar.getByText("Nothing was measured in this window").first()).toBeVisible();
  await seen(omar);
  const level = new URL(omar.url()).pathname;
  await omar.goto("/mine/tokens");
  await omar.getByLabel("Name", { exact: true }).fill("Pipeline");
  await omar.getByLabel(/^Report measurements/).check();
  await omar.getByLabel("Until", { exact: true }).fill(new Date(Date.now() + 2 * day).toISOString().slice(0, 10));
  await omar.getByRole("button", { name: "Make token" }).click();
  const token = await omar.locator("#token").innerText();
  const measured = async (hours: number, daysAgo: number) => {
    const at = new Date(Date.now() - daysAgo * day).toISOString();
    const answer = await request.post(`/api/v1${level}/measurements`, {
      headers: { authorization: `Bearer ${token}`, "idempotency-key": `${promise} ${daysAgo}` },
      data: { value: hours, at, tool: "pipeline" },
    });
    expect(answer.status()).toBe(201);
    return (await answer.json()) as { state: string; budget_left: number };
  };

  // It is kept for a while, then misses: first the budget burns.
  for (const daysAgo of [9, 8, 7, 6, 5, 4]) await measured(30, daysAgo);
  const kept = await measured(31, 1.01);
  expect(kept.state).toBe("met");
  const burning = await measured(47.5, 0);
  expect(burning.state).toBe("at-risk");
  expect(burning.budget_left).toBeLessThan(kept.budget_left);
  await omar.goto(level);
  await expect(omar.getByText("10 times as fast as allowed")).toBeVisible();
  const told = (words: string) =>
    expect(async () => {
      await jason.goto("/notices");
      await expect(jason.getByText(words).first()).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 15_000 });
  await told("Punctuality of bus services will soon break one of its promises: much went wrong lately.");

  // Then it is used up.
  for (const daysAgo of [1, 2, 3]) await measured(60, daysAgo);
  await told("Punctuality of bus services does not keep one of its promises.");
  await jason.goto(product);
  await expect(jason.getByText("This product does not keep what it promises.")).toBeVisible();
  await seen(jason);
  await jason.getByRole("link", { name: `Freshness: ${promise}` }).click();
  await expect(jason.getByText("Used up: 4 bad periods, 3 allowed")).toBeVisible();
  await expect(jason.getByRole("heading", { name: "The error budget is used up" })).toBeVisible();
  await expect(jason.getByRole("row", { name: /60\s+Not good\s+pipeline/ }).first()).toBeAttached();
  await expect(jason.locator("svg.plot")).toHaveCount(2);
  await seen(jason);

  // The trusted centre's audit lists it.
  const evelyn = await signIn(browser, "Evelyn Chua", options);
  await evelyn.goto("/service-levels");
  await expect(evelyn.getByRole("row", { name: new RegExp(`${promise}.*Breached`) })).toBeVisible();
  await evelyn.goto("/quality");
  await evelyn.getByRole("main").getByRole("table").getByRole("link", { name: "Geospatial" }).click();
  await evelyn.getByRole("link", { name: "The audit of today, to print" }).click();
  await expect(evelyn.getByRole("row", { name: new RegExp(`${promise}.*Breached`) })).toBeVisible();
  await seen(evelyn);

  // Its curator plans an audit in which promises count; it is taken within moments, and Omar says what he will do about it.
  const mei = await signIn(browser, "Mei Wong", options);
  await mei.goto("/quality-audits");
  await mei.getByRole("link", { name: "Plan an audit of the Geospatial sector" }).click();
  const audit = `Promises ${Date.now()}`;
  await mei.getByLabel("Name", { exact: true }).fill(audit);
  await mei.getByLabel("About", { exact: true }).selectOption({ label: "Products that I choose" });
  await mei.getByLabel(/^Punctuality of bus services/).check();
  await mei.getByLabel(/^All checks together/).uncheck();
  await mei.getByLabel(/^Promises/).check();
  await mei.getByLabel("How often").selectOption({ label: "Once" });
  const today = new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10);
  await mei.getByLabel("First audit").fill(today);
  await seen(mei);
  await mei.getByRole("button", { name: "Plan it" }).click();
  await expect(mei.getByRole("heading", { level: 1 })).toHaveText(audit);
  await seen(mei);
  await expect(async () => {
    await mei.reload();
    await expect(mei.getByRole("table").getByRole("link", { name: audit })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await mei.getByRole("table").getByRole("link", { name: audit }).click();
  await expect(mei.getByRole("heading", { level: 1 })).toHaveText(new RegExp(`^${audit}: audit of `));
  // It waits a minute at least for the measurements that it asked for: the minute is over.
  record("UPDATE quality_audit SET begun_at = begun_at - interval '2 minutes' WHERE done_at IS NULL");
  await expect(async () => {
    await mei.reload();
    await expect(mei.getByRole("row", { name: /Punctuality of bus services.*Falls short: too few pass/ })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await seen(mei);
  await omar.goto("/quality-tasks");
  await omar.getByRole("row").filter({ hasText: audit }).getByRole("link", { name: "Punctuality of bus services: Promises" }).click();
  await omar.getByLabel("What becomes of it").selectOption({ label: "Will be mended" });
  await omar.getByLabel("By", { exact: true }).fill(today);
  await omar.getByLabel("What was done, or why").fill("The load is looked at");
  await omar.getByRole("button", { name: "Answer" }).click();
  await expect(omar.getByText("The load is looked at")).toBeVisible();
  await seen(omar);
  await mei.goto(omar.url());
  await mei.getByLabel("What becomes of it").selectOption({ label: "Let off" });
  await mei.getByLabel("Why").fill("The promise is ended");
  await mei.getByRole("button", { name: "Decide" }).click();
  await expect(mei.getByText("Let off").first()).toBeVisible();

  // Jason reports what he saw from the column itself, and Omar answers.
  await jason.goto(`${product}/schema`);
  await jason.getByRole("link", { name: /^Report a problem of by_stop\./ }).first().click();
  await jason.getByLabel("What you saw, and what you expected").fill(`Nothing newer than the day before yesterday: ${promise}`);
  await jason.getByRole("button", { name: "Report" }).click();
  await expect(jason.getByRole("heading", { level: 1 })).toHaveText("A problem of Punctuality of bus services");
  const problem = jason.url();
  await omar.goto("/work");
  await omar.getByRole("link", { name: /^Nothing newer than the day before yesterday/ }).first().click();
  await omar.goto(problem);
  await omar.getByLabel("What becomes of it").selectOption({ label: "Mended" });
  await omar.getByLabel("To the one who reported it").fill("A load had stopped; it runs again.");
  await omar.getByRole("button", { name: "Answer" }).click();
  await jason.goto(problem);
  await expect(jason.getByText("A load had stopped; it runs again.")).toBeVisible();

  // The journey leaves the product as it was.
  await omar.goto(level);
  await omar.getByLabel("Why it ends").fill("The journey is over");
  await omar.getByRole("button", { name: "End this promise" }).click();
  await expect(omar.getByText(promise)).toHaveCount(0);
});
