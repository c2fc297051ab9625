// An officer finds data, asks for it, and reads it; the steward decides; the auditor sees every step.
import { expect, test, type Page } from "@playwright/test";
import { accessible, signIn } from "../fixtures";
import { credential, reader, verified } from "../steps";

test("from a search to rows, and out again", async ({ browser, javaScriptEnabled, request }) => {
  test.setTimeout(120_000);
  const options = { javaScriptEnabled };
  // Axe is a script of its own.
  const seen = async (page: Page) => (javaScriptEnabled === false ? undefined : accessible(page));
  const jason = await signIn(browser, "Jason Lim", options);

  await jason.goto("/products?q=bus+rutes");
  await jason.getByRole("link", { name: "Bus routes and staff" }).click();
  await expect(jason.getByRole("heading", { level: 1 })).toHaveText("Bus routes and staff");
  await jason.getByRole("navigation", { name: "Product" }).getByRole("link", { name: "Agreement" }).click();
  await expect(jason.getByText("Not to be passed on").first()).toBeVisible();
  await jason.getByRole("navigation", { name: "Product" }).getByRole("link", { name: "Service levels" }).click();
  await expect(jason.getByText("Refreshed every day by 09:00")).toBeVisible();

  await jason.getByRole("link", { name: "Request access" }).click();
  await jason.getByLabel("Team").fill("");
  await jason.getByRole("button", { name: "Check your answers" }).click();
  await expect(jason.getByRole("alert")).toContainText("There is a problem");
  await expect(jason.getByRole("alert")).toContainText("Choose a purpose.");

  await jason.getByLabel("Purpose").selectOption("policy");
  await jason.getByLabel("What will you do with the data?").fill("Relate shift length to incidents");
  await jason.getByLabel("Legal basis").fill("Direction 2026/14");
  await jason.getByLabel("Team").fill("Mobility study");
  await jason.getByRole("button", { name: "Check your answers" }).click();
  await expect(jason.getByRole("heading", { level: 1 })).toHaveText("Check your answers");
  await expect(jason.getByText("Relate shift length to incidents")).toBeVisible();
  await seen(jason);
  await jason.getByRole("button", { name: "Submit request" }).click();
  await expect(jason.getByRole("heading", { level: 1 })).toHaveText("Request submitted");
  await expect(jason.getByText("Grace Tan")).toBeVisible();
  await seen(jason);
  await jason.getByRole("link", { name: "Follow this request" }).click();
  const requestUrl = jason.url();
  await expect(jason.getByText("Waiting for a decision").first()).toBeVisible();
  await seen(jason);

  const grace = await signIn(browser, "Grace Tan", options);
  await grace.goto("/work");
  await expect(grace.getByRole("heading", { level: 2, name: "Jason Lim asks for Bus routes and staff" })).toBeVisible();
  await expect(grace.getByText("staff_no, nric, full_name").first()).toBeVisible();
  await grace.goto(requestUrl);
  await grace.getByRole("link", { name: "Decide" }).click();
  await seen(grace);
  // Routes whole, staff without two columns and with a third one rounded.
  await grace.getByText("Staff: 5 of 5 columns, every row").click();
  await grace.getByRole("group", { name: "Columns of Staff" }).getByRole("checkbox", { name: "licence_class" }).uncheck();
  await grace.getByRole("group", { name: "Columns of Staff" }).getByRole("checkbox", { name: "joined_year" }).uncheck();
  await grace.getByRole("group", { name: "Columns of Staff" }).getByLabel("Stronger mask for shift_hours").selectOption({ label: "Rounded to whole numbers" });
  await grace.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(grace.getByRole("status")).toContainText("Approved.");

  // He is told, with the next step.
  await expect(async () => {
    await jason.goto("/notices");
    await expect(jason.getByText("Your request for Bus routes and staff was approved.").first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await jason.goto("/agreements");
  await jason.getByRole("link", { name: "Bus routes and staff" }).first().click();
  const agreementUrl = jason.url();
  await seen(jason);
  const { secret, token } = await credential(jason);
  await seen(jason);
  const psql = await reader(jason, "Staff", secret);
  await jason.goto(agreementUrl);
  await expect(jason.locator("#secret")).toHaveCount(0);

  expect(Number(psql("SELECT count(*) FROM staff_dataset"))).toBe(600);
  expect(psql("SELECT string_agg(column_name, ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = 'staff_dataset'").trim()).toBe(
    "depot,grade,shift_hours",
  );
  expect(() => psql("SELECT * FROM ssot_a.busroutes_dp_staff_dataset")).toThrow(/permission denied/);
  // Hours are masked where they are: half an hour is in no row that leaves the source.
  expect(psql("SELECT count(*), count(*) FILTER (WHERE shift_hours <> round(shift_hours)) FROM staff_dataset").trim()).toBe("600|0");
  expect(psql("SELECT count(*) FROM routes_dataset").trim()).toBe("1800");
  expect(psql("SELECT count(*) FROM information_schema.columns WHERE table_name = 'routes_dataset'").trim()).toBe("9");

  const rows = (format: string) =>
    request.get(`/api/v1/ports/ssot-a.busroutes-dp.output-port1.staff_dataset/rows?format=${format}`, { headers: { authorization: `Bearer ${token}` } });
  const csv = await (await rows("csv")).text();
  expect(csv.split("\n")[0]).toBe("depot,grade,shift_hours");
  expect(csv.trim().split("\n")).toHaveLength(601);
  const first = JSON.parse((await (await rows("jsonl")).text()).split("\n")[0]);
  expect(Object.keys(first)).not.toContain("nric");

  // Nobody needs a secret for a file.
  const [file] = await Promise.all([jason.waitForEvent("download"), jason.getByRole("button", { name: "Download Staff as CSV" }).click()]);
  expect(file.suggestedFilename()).toBe("staff_dataset.csv");

  // The steward finds it among the agreements on what she looks after.
  await grace.goto("/agreements");
  await grace.getByRole("link", { name: "On what you look after" }).click();
  await grace.getByLabel("State", { exact: true }).selectOption("In force");
  await grace.getByRole("button", { name: "Filter" }).click();
  await seen(grace);
  await expect(grace.locator(`a[href="${new URL(agreementUrl).pathname}"]`)).toBeVisible();
  await grace.locator(`a[href="${new URL(agreementUrl).pathname}"]`).click();
  await grace.getByLabel("Reason").fill("The study has ended");
  await grace.getByRole("button", { name: "Revoke" }).click();
  const after = await rows("csv");
  expect(after.status()).toBe(403);
  expect((await after.json()).code).toBe("agreement_ended");
  await expect(() => expect(() => psql("SELECT 1")).toThrow()).toPass({ timeout: 15_000 });

  const evelyn = await signIn(browser, "Evelyn Chua", options);
  await evelyn.goto("/audit?product=ssot-a.busroutes-dp");
  for (const step of ["Submitted a request", "Approved a request", "Made an agreement", "Granted at the port", "Created a credential", "Read at a port", "Revoked an agreement"]) {
    await expect(evelyn.getByRole("cell", { name: step }).first()).toBeVisible();
  }
  // Also what was read without the portal, and what was refused there.
  await expect(async () => {
    await evelyn.goto("/audit?product=ssot-a.busroutes-dp&action=port.read");
    await expect(evelyn.getByRole("row", { name: /Done.*SELECT count\(\*\) FROM staff_dataset/ }).first()).toBeVisible({ timeout: 500 });
    await expect(evelyn.getByRole("row", { name: /Refused.*permission denied/ }).first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  // What was signed can be kept by anybody, signed in or not.
  await expect(async () => {
    await evelyn.goto("/audit/checkpoints");
    await expect(evelyn.getByRole("link", { name: /^Download the checkpoint of/ }).first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  const kept = await request.get((await evelyn.getByRole("link", { name: /^Download the checkpoint of/ }).first().getAttribute("href")) ?? "");
  const checkpoint = await kept.text();
  expect(checkpoint).toMatch(/^localhost\n\d+\n[\s\S]+\n\n— localhost /);
  // And with it, that nothing was changed since, from an export alone.
  expect(verified(checkpoint)).toMatch(/agrees with what was kept/);
});
