// Axe finds nothing on the pages that one comes to only by doing something: from a basket to an agreement's end, terms that change,
// deciding many, suspending, standing in for somebody, being told by a webhook. Wide and narrow, light and dark.
// What is made here is ended here, so that whoever asks, decides or counts afterwards meets none of it.
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, type Page } from "@playwright/test";
import { everyWay, signIn } from "../fixtures";
import { approve, ask, credential, record } from "../steps";

// What is not there fails the step that wants it, not the whole of a long test.
test.use({ actionTimeout: 15_000 });

const product = "ssot-a.busroutes-dp";

/** A day so many from now, as forms take it. */
const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);

const headed = (page: Page, title: string | RegExp) => expect(page.getByRole("heading", { level: 1 })).toHaveText(title);

// A test that is cut short leaves no team either: forms would offer it to whoever asks next.
test.afterEach(() =>
  record(`UPDATE team_member SET ended_at = now(), end_reason = 'team-ended' WHERE ended_at IS NULL AND team_id IN (SELECT id FROM team WHERE name = 'Depot siting');
          UPDATE team SET ended_at = now() WHERE ended_at IS NULL AND name = 'Depot siting'`),
);

test("from a basket to the end of a team's agreement", async ({ browser }) => {
  test.setTimeout(600_000);
  // Not whoever asks in the journeys: their form would offer the team.
  const siti = await signIn(browser, "Siti Yusof");
  await siti.goto("/teams");
  await siti.getByLabel("Name").fill("Depot siting");
  await siti.getByLabel("What it does (optional)").fill("Looks for land for depots");
  await siti.getByRole("button", { name: "Make team" }).click();
  await headed(siti, "Depot siting");
  const team = siti.url();
  await everyWay(siti, "team");
  await siti.goto("/teams");
  await expect(siti.getByRole("link", { name: "Depot siting" })).toBeVisible();
  await everyWay(siti, "teams");

  await siti.goto(`/products/${product}/ports`);
  await siti.getByRole("button", { name: /basket/i }).first().click();
  await siti.goto("/basket");
  await expect(siti.getByRole("button", { name: /^Remove/ }).first()).toBeVisible();
  await everyWay(siti, "basket");
  await siti.getByRole("link", { name: "Request access to these" }).click();
  await headed(siti, "Request access");
  await siti.getByRole("button", { name: "Check your answers" }).click();
  await expect(siti.getByRole("alert")).toContainText("There is a problem");
  await everyWay(siti, "ask-faults");
  await siti.getByLabel("Purpose").selectOption("policy");
  await siti.getByLabel("What will you do with the data?").fill("Find where a depot is missing");
  await siti.getByLabel("Legal basis").fill("Direction 2026/20");
  await siti.getByLabel("For yourself or for a team (optional)").selectOption({ label: "For the team Depot siting" });
  await siti.locator("#team").fill("Depot siting");
  await everyWay(siti, "ask");
  await siti.getByRole("button", { name: "Check your answers" }).click();
  await headed(siti, "Check your answers");
  await everyWay(siti, "check-answers");
  await siti.getByRole("button", { name: "Submit request" }).click();
  await headed(siti, "Request submitted");
  await everyWay(siti, "submitted");
  await siti.getByRole("link", { name: "Follow this request" }).click();
  const request = siti.url();
  await everyWay(siti, "request");

  // Deciding: the request beside the queue, a question that stops the clock, its answer, and the approval.
  const grace = await signIn(browser, "Grace Tan");
  await grace.goto(request);
  await grace.getByRole("link", { name: "Decide" }).click();
  await expect(grace.getByRole("heading", { level: 2, name: /^Siti Yusof asks for/ })).toBeVisible();
  await everyWay(grace, "work-open");
  await grace.getByText("Ask the requester").click();
  await grace.getByLabel("Question").fill("Which towns?");
  await grace.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(grace.getByRole("status")).toBeVisible();
  await siti.reload();
  await expect(siti.getByText("Which towns?")).toBeVisible();
  await everyWay(siti, "request-asked");
  await siti.getByLabel("Your answer").fill("All of them");
  await siti.getByRole("button", { name: "Send answer" }).click();
  await approve(grace, request);
  await everyWay(grace, "work-approved");

  await siti.goto(request);
  await everyWay(siti, "request-approved");
  await siti.getByRole("link", { name: "Open the agreement and connect" }).click();
  const agreement = siti.url();
  await credential(siti);
  await everyWay(siti, "agreement-secret");
  await siti.goto(agreement);
  const [file] = await Promise.all([siti.waitForEvent("download"), siti.getByRole("button", { name: /^Download .* as CSV$/ }).first().click()]);
  expect(await file.failure()).toBeNull();
  await siti.getByLabel("New machine client").fill("Nightly load");
  await siti.getByRole("button", { name: "Add machine client" }).click();
  await expect(siti.getByRole("button", { name: "Create credential of Nightly load" })).toBeVisible();
  await expect(siti.getByRole("heading", { name: "Who has read" })).toBeVisible();
  await everyWay(siti, "agreement");
  await siti.getByRole("button", { name: "Create credential of Nightly load" }).click();
  await expect(siti.getByRole("heading", { name: "The machine client’s credential" })).toBeVisible();
  await everyWay(siti, "machine-secret");
  await siti.goto("/agreements");
  await everyWay(siti, "agreements");
  await siti.goto(team);
  await expect(siti.getByRole("link", { name: "Bus routes and staff" })).toBeVisible();
  await everyWay(siti, "team-holding");

  // What somebody grants by hand at the source is found within a minute, and taken back.
  await siti.goto(agreement);
  const role = /user=(\w+)/.exec(await siti.getByLabel(/^psql example/).first().innerText())?.[1] ?? "";
  source(`GRANT SELECT ON ssot_a.busroutes_dp_staff_dataset TO ${role}`);
  const evelyn = await signIn(browser, "Evelyn Chua");
  await expect(async () => {
    await evelyn.goto("/admin/drift");
    await expect(evelyn.getByRole("link", { name: product }).first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 100_000 });
  await everyWay(evelyn, "drift");

  // The same again, withdrawn; then the agreement is given up, and the team ended.
  await siti.goto(agreement);
  await siti.getByRole("button", { name: "Ask to renew" }).click();
  await headed(siti, "Request submitted");
  await siti.getByRole("link", { name: "Follow this request" }).click();
  await everyWay(siti, "renewal");
  await siti.getByRole("button", { name: "Withdraw request" }).click();
  await expect(siti.getByText("Withdrawn").first()).toBeVisible();
  await everyWay(siti, "request-withdrawn");
  await siti.goto("/requests");
  await everyWay(siti, "requests");
  await siti.goto(agreement);
  await siti.getByRole("button", { name: "Give up this agreement" }).click();
  await expect(siti.getByText("This agreement has ended")).toBeVisible();
  await everyWay(siti, "agreement-given-up");
  await siti.goto(team);
  await siti.getByRole("button", { name: "End this team" }).click();
  await headed(siti, "Teams");
  await expect(siti.getByText("You are in no team.")).toBeVisible();
  await siti.goto("/notices");
  await everyWay(siti, "notices");
});

/** What an administrator of the source does there by hand. */
function source(sql: string): void {
  execFileSync("psql", [process.env.PASAR_SOURCE_OWNER_URL ?? "", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql], { encoding: "utf8", stdio: "pipe" });
}

test("terms that change, and a suspension that is lifted", async ({ browser }) => {
  test.setTimeout(180_000);
  // Nobody else's agreement is on this product: nobody else is asked to accept.
  const stops = "/products/ssot-a.stops-dp/agreement";
  const siti = await signIn(browser, "Siti Yusof");
  await ask(siti, "ssot-a.stops-dp", "Walk from a stop to a depot");
  await siti.getByRole("link", { name: "Open the agreement and connect" }).click();
  const agreement = siti.url();

  const grace = await signIn(browser, "Grace Tan");
  await grace.goto(`${stops}/edit`);
  await grace.getByLabel("What the holder undertakes").fill("Say where the data came from.\nSay when it was read.");
  await grace.getByLabel("What changes, and why").fill("Readers ask how old a list of stops is.");
  await grace.getByLabel("Accept by").fill(day(30));
  await grace.getByRole("button", { name: "See what would change" }).click();
  await headed(grace, /^Check version \d+ of the terms$/);
  await everyWay(grace, "terms-check");
  await grace.getByRole("button", { name: /^Publish version/ }).click();
  await everyWay(grace, "terms");

  await siti.goto("/agreements");
  const owed = siti.getByRole("link", { name: /^Read what changed, then accept version \d+ of Bus stops/ });
  await expect(owed).toBeVisible();
  await everyWay(siti, "agreements-owing");
  await siti.goto(agreement);
  await everyWay(siti, "agreement-owing");
  await siti.goto(`${agreement}/terms`);
  await headed(siti, /^Terms of Bus stops, version \d+$/);
  await everyWay(siti, "terms-to-accept");
  const version = Number(/version (\d+)$/.exec(await siti.getByRole("heading", { level: 1 }).innerText())?.[1]);
  await siti.getByRole("button", { name: /^Accept version/ }).click();
  await siti.goto(`${stops}/compare?from=${version - 1}&to=${version}`);
  await expect(siti.locator("ins").first()).toBeVisible();
  await everyWay(siti, "terms-compare");

  // A security officer suspends all that this one person holds, and lifts it.
  const simran = await signIn(browser, "Simran Kaur");
  await simran.goto("/suspensions/new");
  await simran.getByLabel("Whose agreements").selectOption("person");
  await simran.getByLabel("Name").fill("siti.yusof@example.invalid");
  await simran.getByLabel("Where").selectOption({ index: 1 });
  await simran.getByLabel("Reason").fill("A laptop was lost");
  await simran.getByRole("button", { name: "Show what it touches" }).click();
  await headed(simran, /^Suspend \d+ agreements?\?$/);
  await everyWay(simran, "suspension-check");
  await simran.getByRole("button", { name: "Suspend", exact: true }).click();
  await headed(simran, "Suspensions");
  await everyWay(simran, "suspensions-standing");
  await siti.goto(agreement);
  await expect(siti.getByText("A laptop was lost")).toBeVisible();
  await everyWay(siti, "agreement-held");
  await simran.getByLabel("Why it is lifted: Siti Yusof").fill("It was found");
  await simran.getByRole("button", { name: /^Lift the suspension of/ }).click();
  await expect(simran.getByText("It was found")).toBeVisible();
  await everyWay(simran, "suspensions-lifted");

  await siti.goto(agreement);
  await siti.getByRole("button", { name: "Give up this agreement" }).click();
  await expect(siti.getByText("This agreement has ended")).toBeVisible();
});

test("many are approved together after a look at what each gets", async ({ browser }) => {
  test.setTimeout(120_000);
  const jason = await signIn(browser, "Jason Lim");
  const grace = await signIn(browser, "Grace Tan");
  const asked = [await ask(jason, product, "First of two"), await ask(jason, product, "Second of two")];
  await grace.goto("/work?q=Jason");
  const boxes = grace.getByRole("checkbox", { name: /^Select Bus routes and staff by Jason Lim/ });
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await everyWay(grace, "work");
  await grace.getByRole("button", { name: "Approve the selected…" }).click();
  await headed(grace, "Approve these 2 requests");
  await everyWay(grace, "preview-of-many");
  // Looking decides nothing.
  for (const request of asked) {
    await jason.goto(request);
    await expect(jason.getByText("Waiting for a decision").first()).toBeVisible();
    await jason.getByRole("button", { name: "Withdraw request" }).click();
    await expect(jason.getByText("Withdrawn").first()).toBeVisible();
  }
});

test("somebody stands in while another is away", async ({ browser }) => {
  const grace = await signIn(browser, "Grace Tan");
  await signIn(browser, "Omar Rahman");
  await grace.goto("/delegations");
  await grace.getByLabel("E-mail address").fill("omar.rahman@example.invalid");
  await grace.getByLabel("First day").fill(day(40));
  await grace.getByLabel("Last day").fill(day(41));
  await grace.getByRole("button", { name: "Let them decide for me" }).click();
  const end = grace.getByRole("button", { name: "End Omar Rahman" });
  await expect(end).toBeVisible();
  await everyWay(grace, "delegations");
  await end.click();
  await expect(end).toHaveCount(0);
});

test("a webhook with its secret and what was delivered", async ({ browser }) => {
  test.setTimeout(120_000);
  const receiver = createServer((_, answer) => answer.end("taken"));
  await new Promise<void>((ready) => receiver.listen(0, "127.0.0.1", ready));
  try {
    const omar = await signIn(browser, "Omar Rahman");
    await omar.goto("/admin/webhooks");
    await omar.getByLabel("Address").fill(`http://localhost:${(receiver.address() as AddressInfo).port}/hook`);
    await omar.getByLabel("Events of").selectOption({ index: 1 });
    await omar.getByRole("button", { name: "Make webhook" }).click();
    await expect(omar.locator("#secret")).toBeVisible();
    await everyWay(omar, "webhook-secret");
    const jason = await signIn(browser, "Jason Lim");
    await ask(jason, product, "So that somebody is told");
    await jason.getByRole("button", { name: "Withdraw request" }).click();
    await omar.goto("/admin/webhooks");
    await omar.getByRole("link", { name: /\/hook$/ }).click();
    await expect(async () => {
      await omar.reload();
      await expect(omar.getByText("taken").first()).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 15_000 });
    await everyWay(omar, "webhook-deliveries");
    await omar.getByRole("button", { name: /^Remove/ }).click();
    await headed(omar, "Webhooks");
  } finally {
    receiver.close();
  }
});
